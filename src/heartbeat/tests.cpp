#include "autossh/heartbeat/tests.hpp"

#include "autossh/heartbeat/echo_service.hpp"
#include "autossh/heartbeat/port_loop.hpp"
#include "autossh/heartbeat/socket_echo.hpp"
#include "autossh/heartbeat/socket_loop.hpp"
#include "autossh/settings/manner.hpp"

#include <memory>
#include <utility>

namespace autossh {

namespace {

/// -M auto where ssh's log cannot be read.
constexpr Duration first_blind_test = std::chrono::seconds(10);

TestSchedule schedule_for(const TunnelSettings& settings)
{
    return manner_of(settings).test_way == TestWay::loop
               ? TestSchedule::automatic(first_blind_test, settings.test_interval)
               : TestSchedule::by_ports(settings.first_poll, settings.poll);
}

}  // namespace

ConnectionTests::ConnectionTests(Executor executor, const TunnelSettings& settings, Log& log,
                                 std::function<void()> on_result)
    : executor_(std::move(executor)), settings_(settings), log_(log), on_result_(std::move(on_result)),
      schedule_(schedule_for(settings))
{
    if (settings.monitor && settings.monitor->echo_port)
        begin(std::make_unique<EchoService>(executor_, log_, settings.monitor->port));
    else if (settings.monitor)
        begin(std::make_unique<PortLoop>(executor_, log_, settings.monitor->port));
}

void ConnectionTests::begin(std::unique_ptr<ConnectionTest> test)
{
    monitor_.emplace(std::move(test), settings_.message, on_result_);
}

void ConnectionTests::use_sockets(const std::string& directory)
{
    monitor_.reset();
    if (settings_.echo)
        begin(std::make_unique<SocketEcho>(executor_, log_, directory, *settings_.echo));
    else
        begin(std::make_unique<SocketLoop>(executor_, log_, directory));
}

void ConnectionTests::leave_sockets()
{
    if (!settings_.monitor)
        monitor_.reset();
}

std::vector<std::string> ConnectionTests::make_loop()
{
    forwards_ = monitor_ ? monitor_->test().make_forwards() : std::nullopt;
    return forwards_ ? std::exchange(forwards_->words, {}) : std::vector<std::string>();
}

void ConnectionTests::loop_moves(std::uint16_t port, Time now)
{
    abandon();
    forwards_->port = port;
    schedule_.logged_in(now);
}

void ConnectionTests::take_over_times(Time now)
{
    schedule_.take_over_times(schedule_for(settings_), now);
}

void ConnectionTests::ssh_started(Time now, bool login_is_heard, bool keepalives)
{
    schedule_.ssh_started(now, login_is_heard, keepalives);
}

void ConnectionTests::postpone(Time now)
{
    abandon();
    schedule_.postpone(now);
}

/// A test in flight may have been sent into a dead end: it starts anew.
void ConnectionTests::hurry(Time now)
{
    const bool well_on_its_way = monitor_ && monitor_->testing() && (hurried_ || schedule_.doubted());
    if (well_on_its_way || !schedule_.has_passed())
        return;
    abandon();
    schedule_.hurry(now);
    hurried_ = true;
}

void ConnectionTests::abandon()
{
    if (monitor_)
        monitor_->abandon();
}

std::optional<ConnectionTests::Outcome> ConnectionTests::step(Time now)
{
    if (!monitor_)
        return std::nullopt;
    const std::optional<bool> passed = monitor_->take_result();
    if (!passed) {
        if (!monitor_->testing() && now >= schedule_.next())
            monitor_->start_test(
                {schedule_.limit(settings_.net_timeout), schedule_.connection_limit(settings_.net_timeout)},
                schedule_.doubted());
        return std::nullopt;
    }
    hurried_ = false;
    const std::string obstacle = *passed ? "" : monitor_->test().obstacle();
    if (!obstacle.empty()) {  // which says nothing about the connection
        schedule_.give_up();
        return Outcome{TestSchedule::Meaning::unproven, obstacle};
    }
    if (!*passed && monitor_->echo_is_away()) {
        schedule_.echo_is_away(now);
        return Outcome{TestSchedule::Meaning::away, monitor_->last_failure()};
    }
    const auto meaning = schedule_.result(*passed, monitor_->nobody_listens(), monitor_->round_trip(), now);
    return Outcome{meaning, monitor_->last_failure(), monitor_->round_trip()};
}

bool ConnectionTests::has_its_socket() const
{
    return !monitor_ || monitor_->test().obstacle().empty();
}

Time ConnectionTests::next_deadline() const
{
    const bool test_to_come = monitor_ && !monitor_->testing();
    return test_to_come ? schedule_.next() : Time::max();
}

}  // namespace autossh
