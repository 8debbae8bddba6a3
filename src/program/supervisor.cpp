#include "autossh/program/supervisor.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/status_report.hpp"
#include "autossh/settings/same_tunnel.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <utility>

#include <unistd.h>

namespace autossh {

namespace {

constexpr Duration shell_ends_at_once = std::chrono::seconds(2);

/// Manual, "Signals".
Request request_of(int signal)
{
    switch (signal) {
    case SIGUSR1: return Request::restart;
    case SIGHUP: return Request::retry;
    case SIGUSR2:
    case SIGCONT: return Request::none;
    default: return Request::stop;
    }
}

boost::asio::io_context& prepared(boost::asio::io_context& io, const InheritedSignals& inherited)
{
    inherited.prepare();
    return io;
}

}  // namespace

SupervisorSignals::SupervisorSignals(boost::asio::io_context& io, const InheritedSignals& inherited)
    : SignalSet(prepared(io, inherited), SIGTERM, SIGINT, SIGQUIT)
{
    for (const int signal : {SIGABRT, SIGUSR1, SIGUSR2, SIGHUP, SIGCONT})
        add(signal);
    inherited.deliver();
}

Supervisor::Supervisor(const Settings& settings, const ServiceTerms& terms, const InheritedSignals& inherited,
                       Log& log, KeptTunnels kept, std::optional<Background> background, bool attended)
    : settings_(settings), log_(log), background_(std::move(background)), signals_(io_, inherited),
      pid_file_(settings.pid_file.empty()
                    ? nullptr
                    : std::make_unique<PidFile>(settings.pid_file, ask_for_same_tunnel)),
      // With a single tunnel of a fleet, too, nobody is at the terminal.
      world_(io_.get_executor(), inherited,
             kept.fleet.empty() ? 1 : std::max<std::size_t>(2, kept.tunnels.size())),
      caller_(attended ? std::make_unique<Caller>(io_.get_executor(), background_->take_socket(),
                                                  [this] { tunnels_.ask(Request::stop, SIGHUP); })
                       : nullptr),
      shell_alarm_(io_.get_executor(),
                   [this] {
                       shell_ = Shell::stays;
                       attend_to_caller();
                   }),
      fleet_(kept.fleet), file_(std::move(kept.file)), read_again_(std::move(kept.read_again)),
      files_have_changed_(std::move(kept.files_have_changed)), directory_(std::move(kept.directory)),
      state_directory_(std::move(kept.state_directory)), state_complaint_(kept.ledger_complaint),
      tunnels_(world_), process_{.world = world_,
                                 .tunnels = tunnels_,
                                 .log = log_,
                                 .caller = caller_.get(),
                                 .on_started = [this] { set_up_finished(); },
                                 .on_change = [this](Member& member) { member_has_changed(member); },
                                 .on_end =
                                     [this] {
                                         if (!is_fleet())
                                             service_manager_.tell_stopping();
                                     }},
      control_(ControlServer::Clients::own_user, *this, log_), hooks_(world_.process, log_, fleet_),
      ledger_(io_.get_executor(), log_,
              [this] {
                  for (Member& member : members_)
                      note_in_ledger(member);
              }),
      status_socket_(
          io_.get_executor(), world_.place, [this] { return report(); },
          [this](StreamSocket client) { control_.take(std::move(client)); }),
      service_manager_(io_.get_executor(), terms, [this] { return service_state(); })
{
    world_.versions.learn(kept.versions);
    if (is_fleet()) {
        world_.starts.set_limits(kept.starts);
        config_read_ = std::chrono::system_clock::now();
    }
    if (!kept.observers.empty())
        listen_to_observers(kept.observers);
    if (kept.hub)
        open_hub(*kept.hub);
    if (kept.metrics)
        open_metrics(*kept.metrics);
    for (KeptTunnel& tunnel : kept.tunnels)
        add(std::move(tunnel));
    hooks_.set(kept.hooks, labels());
    keep_ledger(kept);
    if (is_fleet() && tunnels_.is_empty() && !hub_)
        throw ConfigError("no tunnel could be made");
}

void Supervisor::set_up_finished()
{
    // From here on nobody sees what ssh says. In the foreground it has said so itself.
    if (std::exchange(is_set_up_, true))
        return;
    if (background_ && !is_fleet() && !tunnels_.first().mistake().empty())
        log_.error("{}", tunnels_.first().mistake());
    log_.set_up_finished();
    if (background_ && !caller_)
        background_->ready();
}

/// Without -N and a command: most shells do, as nobody can type.
bool Supervisor::shell_may_end_at_once()
{
    if (!tunnels_.first().runs_shell() || shell_ == Shell::stays)
        return false;
    if (std::exchange(shell_, Shell::begins) == Shell::unseen)
        shell_alarm_.set_after(shell_ends_at_once);
    return true;
}

/// Manual, "-f": they may go when ssh has logged in and its tunnel can be used, and also when it could not:
/// who waits for a server that is down would wait for long.
void Supervisor::attend_to_caller()
{
    if (!caller_ || !caller_->is_there())
        return;
    const Status& status = tunnels_.worst_status();
    const std::string words = in_words(status, Clock::now());
    switch (status.state) {
    case State::starting:
    case State::stopping:
        shell_ = Shell::unseen;
        shell_alarm_.cancel();
        return;
    case State::connecting:  // 1.4g does not hold up a log-in script while the network is away
        if (status.silence.empty())
            return;
        caller_->tell(fmt::format("autossh: {}; going on in the background\n", status.silence));
        break;
    case State::authenticated:  // ssh makes its forwards only now
        if (!status.silence.empty())
            caller_->tell(fmt::format("autossh: {}; going on in the background\n", status.silence));
        else if (tunnels_.first().has_forwards() || shell_may_end_at_once())
            return;
        break;
    case State::up:
    case State::suspect:
        if (shell_may_end_at_once())
            return;
        break;
    case State::degraded:
        if (shell_may_end_at_once())
            return;
        caller_->tell(fmt::format("autossh: {}\n", words));
        break;
    case State::waiting:
        if (tunnels_.first().needs_person()) {  // who is asked again
            caller_->tell(fmt::format("autossh: {}\n", words));
            return;
        }
        caller_->tell(fmt::format("autossh: {}; going on in the background\n", words));
        break;
    case State::gave_up: caller_->tell(fmt::format("autossh: {}\n", words)); return;
    }
    caller_->release();
}

void Supervisor::take_signal(int signal)
{
    const Request request = request_of(signal);
    if (request == Request::stop)
        ledger_.end();
    if (signal == SIGHUP)
        log_.reopen();
    if (signal == SIGHUP && is_fleet())
        if (const ReloadAnswer answer = reload(false, "SIGHUP"); !answer.refused.empty())
            log_.error("not reloaded: {}", answer.refused);
    if (signal == SIGCONT)
        tunnels_.note_continued();
    else
        for (Member& member : members_)
            member.ask(request, signal);
    if (signal == SIGHUP)
        service_manager_.tell_reloaded();
    if (request == Request::stop) {
        is_stopping_ = true;
        service_manager_.tell_stopping();
        if (tunnels_.running() == 0)  // all are stopped
            last_has_ended(received_signal(signal));
    }
}

void Supervisor::take_next_signal()
{
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error)
            return;
        take_signal(signal);
        take_next_signal();
    });
}

void Supervisor::status_has_changed()
{
    status_socket_.renew();  // a client of the service manager's may ask at once
    service_manager_.tell();
    attend_to_caller();
}

std::string Supervisor::report() const
{
    if (is_fleet())
        return fleet_report();
    return to_text({.name = settings_.log.tunnel,
                    .pid = ::getpid(),
                    .health = health(tunnels_.worst_status()),
                    .words = in_words(tunnels_.worst_status(), Clock::now())});
}

Ruling Supervisor::run()
{
    take_next_signal();
    if (pid_file_ && !pid_file_->warning().empty())
        log_.write(Level::warning, "{}", pid_file_->warning());
    if (pid_file_)
        if (const std::error_code error = pid_file_->write())
            log_.error("write failed to pid file \"{}\": {}", settings_.pid_file, error.message());
    for (Member& member : members_)
        note_in_ledger(member);
    tunnels_.run([this](const Ruling& reached) { last_has_ended(reached); });
    if (hub_ && tunnels_.is_empty()) {  // it is up, and no tunnel will say so
        set_up_finished();
        status_has_changed();
    }
    io_.run();
    return last_;
}

}  // namespace autossh
