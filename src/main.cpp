// The order of start-up, signals to requests, a verdict to an exit status, and the one catch.
#include "autossh/background.hpp"
#include "autossh/command_line.hpp"
#include "autossh/coroutine.hpp"
#include "autossh/descriptors.hpp"
#include "autossh/environment.hpp"
#include "autossh/explain.hpp"
#include "autossh/log.hpp"
#include "autossh/pid_file.hpp"
#include "autossh/poll_times.hpp"
#include "autossh/setting_table.hpp"
#include "autossh/signals.hpp"
#include "autossh/tunnel.hpp"
#include "autossh/usage.hpp"

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace autossh {

namespace {

/// Reads all that the user has said, the environment first. The log is open behind it.
Action configure(std::span<const std::string> arguments, Settings& settings, Log& log)
{
    read_environment(environment_variable, settings);
    const auto from_environment = settle_poll_times(settings);
    for (const std::string& notice : from_environment)
        log.info("{}", notice);
    const LogSettings log_settings = settings.log;
    log.configure(log_settings);

    const Action action = read_command_line(arguments, settings);
    if (action != Action::run && action != Action::explain)
        return action;
    if (settings.log != log_settings)
        log.configure(settings.log);
    if (!settings.tunnel.monitor && !settings.tunnel.auto_monitor)
        log.info("port set to 0, monitoring disabled");
    const auto from_options = settle_poll_times(settings);
    for (const std::string& notice : from_options)
        if (from_options != from_environment)
            log.info("{}", notice);
    if (const auto notice = settle_net_timeout(settings.tunnel))
        log.info("{}", *notice);
    return action;
}

/// In the background the directory is /, but paths mean the one we were started in.
void make_paths_absolute(Settings& settings)
{
    if (!settings.pid_file.empty())
        settings.pid_file = std::filesystem::absolute(settings.pid_file).string();
    std::string& ssh = settings.tunnel.ssh.file;
    if (ssh.find('/') != std::string::npos)
        ssh = std::filesystem::absolute(ssh).string();
}

/// Manual, "Signals".
Request request_of(int signal)
{
    switch (signal) {
    case SIGUSR1: return Request::restart;
    case SIGHUP: return Request::retry;
    case SIGUSR2: return Request::none;
    default: return Request::stop;
    }
}

void pass_on(boost::asio::signal_set& signals, Tunnel& tunnel)
{
    signals.async_wait([&](const boost::system::error_code& error, int signal) {
        if (error)
            return;
        if (signal == SIGCONT)
            tunnel.note_continued();
        else
            tunnel.ask(request_of(signal), signal);
        pass_on(signals, tunnel);
    });
}

/// Keeps ssh running until a rule says otherwise.
Ruling supervise(const Settings& settings, const InheritedSignals& inherited, Log& log,
                 std::optional<Background> background)
{
    boost::asio::io_context io{1};
    Ruling last;
    std::exception_ptr failure;

    inherited.prepare();
    boost::asio::signal_set signals(io, SIGTERM, SIGINT, SIGQUIT);
    for (const int signal : {SIGABRT, SIGUSR1, SIGUSR2, SIGHUP, SIGCONT})
        signals.add(signal);
    const SignalsBlockedAtEnd signals_blocked_at_end;
    std::optional<PidFile> pid_file;  // before the port: another one of us is the better explanation
    if (!settings.pid_file.empty())
        pid_file.emplace(settings.pid_file);
    Tunnel tunnel(io.get_executor(), settings.tunnel, inherited, log, [&] {
        log.set_up_finished();
        if (background)
            background->ready();
    });
    pass_on(signals, tunnel);

    if (pid_file)
        if (const std::error_code error = pid_file->write())
            log.error("write failed to pid file \"{}\": {}", settings.pid_file, error.message());
    boost::asio::co_spawn(io, tunnel.run(), [&](std::exception_ptr error, const Ruling& reached) {
        failure = error;
        last = reached;
        io.stop();
    });
    io.run();
    if (failure)
        std::rethrow_exception(failure);
    return last;
}

int exit_status(const Ruling& ruling)
{
    switch (ruling.verdict) {
    case Verdict::succeeded: return EXIT_SUCCESS;
    // A service manager takes anything else for a failure of the service it has just stopped.
    case Verdict::stopped: return environment_variable("NOTIFY_SOCKET") ? EXIT_SUCCESS : EXIT_FAILURE;
    default: return ruling.exit_status;
    }
}

int print(std::string_view text)
{
    return write_all(STDOUT_FILENO, text) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Asks ssh, and waits for its answer.
Answer ask_now(const Command& ssh, const InheritedSignals& inherited)
{
    boost::asio::io_context io{1};
    Inquiry inquiry(io.get_executor(), ssh, inherited, [] {});
    std::optional<Answer> answer = inquiry.take();
    while (!answer) {
        io.run_one();
        answer = inquiry.take();
    }
    return std::move(*answer);
}

/// What --explain prints.
std::string explanation(const Settings& settings, const InheritedSignals& inherited, Log& log)
{
    const TunnelSettings& tunnel = settings.tunnel;
    Askable askable = who_can_be_asked();
    if (settings.background)
        askable.terminal = false;
    Prepared prepared = unprepared(tunnel);
    std::optional<SshConfig> config;
    if (is_to_be_asked(tunnel)) {
        const Answer answer = ask_now(tunnel.ssh, inherited);
        prepared = prepare(tunnel, answer, askable, private_directory(answer, log), log);
        config = answer.config;
    }
    const SshPlan& plan = prepared.plan;
    std::vector<std::string> loop;
    if (plan.loop)
        loop = loop_words(prepared.directory->path(), loop_port_from(std::random_device{}()));
    std::vector<Addition> additions = plan.additions;
    if (tunnel.monitor)
        additions.push_back({forwardings(*tunnel.monitor), "the way of the connection test"});
    else if (!loop.empty())
        additions.push_back({loop, "the way of the connection test; the port is another one at each start"});
    std::string doubt = plan.no_loop.empty() ? "" : "no connection test: " + plan.no_loop;
    if (!prepared.doubt.empty())
        doubt = "nothing else is added: " + prepared.doubt;
    if (!prepared.doubt.empty() && !prepared.complaint.empty())
        doubt += ": " + one_line(prepared.complaint.substr(0, prepared.complaint.find_first_of("\r\n")));
    return explain({settings, command_for(tunnel, plan, loop).arguments, additions, config, doubt, askable,
                    plan.login_is_heard, plan.login_limit});
}

int run(std::span<const std::string> arguments, const InheritedSignals& inherited, Log& log)
{
    Settings settings;
    switch (configure(arguments, settings, log)) {
    case Action::print_help: return print(help_text());
    case Action::print_version: return print("autossh " AUTOSSH_VERSION "\n");
    case Action::explain: return print(explanation(settings, inherited, log));
    case Action::run: break;
    }

    std::optional<Background> background;
    if (settings.background) {
        make_paths_absolute(settings);
        background = Background::enter();
    }
    return exit_status(supervise(settings, inherited, log, std::move(background)));
}

}  // namespace

}  // namespace autossh

int main(int argc, char** argv)
{
    using namespace autossh;
    reserve_standard_streams();
    const InheritedSignals inherited;
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    Log log;
    try {
        return run(arguments, inherited, log);
    } catch (const UsageError& error) {
        const std::string message = error.what();
        write_all(STDERR_FILENO,
                  message.empty() ? help_text() : fmt::format("autossh: {}\n{}", message, usage_text()));
    } catch (const std::exception& error) {
        log.error("{}", error.what());
    }
    return EXIT_FAILURE;
}
