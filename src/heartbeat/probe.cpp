#include "autossh/heartbeat/probe.hpp"

#include "autossh/base/alarm.hpp"
#include "autossh/base/coroutine.hpp"
#include "autossh/base/descriptors.hpp"
#include "autossh/base/text.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace autossh {

namespace asio = boost::asio;

/// Cancels what a socket is doing when the time is up.
class Probe::TimeLimit {
public:
    TimeLimit(StreamSocket& socket, Duration limit)
        : alarm_(socket.get_executor(), [&socket] {
              boost::system::error_code ignored;
              socket.cancel(ignored);
          })
    {
        alarm_.set_after(limit);
    }

private:
    Alarm alarm_;
};

Probe::Probe(const Executor& executor, Log& log, const Entrance& entrance, const std::string& message,
             Duration limit, Done done)
    : log_(log), entrance_(entrance), done_(std::move(done)), message_(message), limit_(limit), out_(executor)
{}

void Probe::start()
{
    spawn_coroutine(executor(), run(), shared_from_this());
}

void Probe::cancel()
{
    done_ = nullptr;
    boost::system::error_code ignored;
    out_.close(ignored);
}

void Probe::pass()
{
    const auto round_trip = std::chrono::duration_cast<Duration>(Clock::now() - sent_at_);
    finish({.passed = true, .failure = {}, .round_trip = round_trip});
}

void Probe::fail(Level level, std::string why, bool nobody_listens)
{
    log_.write(level, "{}", why);
    finish({.failure = std::move(why), .nobody_listens = nobody_listens});
}

void Probe::fail_at_echo(std::string why)
{
    if (!is_over())
        log_.debug("{}", why);
    finish({.failure = std::move(why), .echo_is_away = true});
}

void Probe::finish(TestResult result)
{
    if (is_over())
        return;
    const auto done = std::exchange(done_, nullptr);
    cancel();
    done(std::move(result));
}

Awaitable<void> Probe::run()
{
    if (is_over())
        co_return;
    const boost::system::error_code error = co_await connect();
    if (is_over())  // and what else it needs may be gone with the test
        co_return;
    if (error) {
        const bool nobody_listens = error == asio::error::connection_refused ||
                                    error == boost::system::errc::no_such_file_or_directory;
        fail(entrance_.failures, fmt::format("{}: {}", entrance_.name, error.message()), nobody_listens);
    } else {
        co_await exchange();
    }
}

Awaitable<boost::system::error_code> Probe::connect()
{
    boost::system::error_code error;
    out_.open(entrance_.endpoint.protocol(), error);
    if (!error) {
        close_on_exec(out_.native_handle());
        const TimeLimit limit(out_, limit_);
        std::tie(error) = co_await out_.async_connect(entrance_.endpoint, no_throw);
    }
    if (error == asio::error::operation_aborted)
        error = asio::error::timed_out;
    if (!error && is_connected_to_itself(out_))  // which would echo everything
        error = asio::error::connection_refused;
    co_return error;
}

Awaitable<bool> Probe::send()
{
    sent_at_ = Clock::now();
    const TimeLimit limit(out_, limit_);
    const auto [error, size] = co_await asio::async_write(out_, asio::buffer(message_), no_throw);
    co_return !error;
}

Awaitable<Probe::Reply> Probe::receive(StreamSocket& socket)
{
    std::string reply(message_.size(), '\0');
    const TimeLimit limit(socket, limit_);
    const auto [error, size] = co_await asio::async_read(socket, asio::buffer(reply), no_throw);
    if (is_over())
        co_return Reply::wrong;
    if (reply == message_)
        co_return Reply::ours;
    if (error == asio::error::operation_aborted) {
        log_.debug("timeout on io poll, looping to accept again");
        co_return Reply::silence;
    }
    reply.resize(size);
    log_.debug("not what I sent: \"{}\" : \"{}\"", printable(message_), printable(reply));
    co_return error ? Reply::ended : Reply::wrong;
}

void CurrentProbe::start(const std::shared_ptr<Probe>& probe)
{
    cancel();
    probe_ = probe;
    probe->start();
}

void CurrentProbe::cancel()
{
    if (const auto probe = std::exchange(probe_, {}).lock())
        probe->cancel();
}

}  // namespace autossh
