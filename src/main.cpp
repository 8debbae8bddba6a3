// The order of start-up, signals to requests, a verdict to an exit status, and the one catch.
#include "autossh/background.hpp"
#include "autossh/command_line.hpp"
#include "autossh/coroutine.hpp"
#include "autossh/descriptors.hpp"
#include "autossh/log.hpp"
#include "autossh/pid_file.hpp"
#include "autossh/setting_table.hpp"
#include "autossh/signals.hpp"
#include "autossh/tunnel.hpp"
#include "autossh/usage.hpp"

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace autossh {

namespace {

std::optional<std::string> environment_variable(std::string_view name)
{
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

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
    if (action != Action::run)
        return action;
    if (settings.log != log_settings)
        log.configure(settings.log);
    if (!settings.tunnel.monitor)
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
        tunnel.ask(request_of(signal), signal);
        pass_on(signals, tunnel);
    });
}

/// Keeps ssh running until a rule says otherwise.
Verdict supervise(const Settings& settings, const InheritedSignals& inherited, Log& log,
                  std::optional<Background> background)
{
    boost::asio::io_context io{1};
    Verdict verdict = Verdict::failed;
    std::exception_ptr failure;

    inherited.prepare();
    boost::asio::signal_set signals(io, SIGTERM, SIGINT, SIGQUIT);
    for (const int signal : {SIGABRT, SIGUSR1, SIGUSR2, SIGHUP})
        signals.add(signal);
    const SignalsBlockedAtEnd signals_blocked_at_end;
    Tunnel tunnel(io.get_executor(), settings.tunnel, inherited, log, [&] {
        log.set_up_finished();
        if (background)
            background->ready();
    });
    pass_on(signals, tunnel);

    std::unique_ptr<PidFile> pid_file;
    if (!settings.pid_file.empty()) {
        std::error_code write_error;
        pid_file = std::make_unique<PidFile>(settings.pid_file, write_error);
        if (write_error)
            log.error("write failed to pid file \"{}\": {}", settings.pid_file, write_error.message());
    }
    boost::asio::co_spawn(io, tunnel.run(), [&](std::exception_ptr error, Verdict reached) {
        failure = error;
        verdict = reached;
        io.stop();
    });
    io.run();
    if (failure)
        std::rethrow_exception(failure);
    return verdict;
}

int exit_status(Verdict verdict)
{
    switch (verdict) {
    case Verdict::succeeded: return EXIT_SUCCESS;
    // A service manager takes anything else for a failure of the service it has just stopped.
    case Verdict::stopped: return environment_variable("NOTIFY_SOCKET") ? EXIT_SUCCESS : EXIT_FAILURE;
    default: return EXIT_FAILURE;
    }
}

int print(std::string_view text)
{
    return write_all(STDOUT_FILENO, text) ? EXIT_SUCCESS : EXIT_FAILURE;
}

int run(std::span<const std::string> arguments, const InheritedSignals& inherited, Log& log)
{
    Settings settings;
    switch (configure(arguments, settings, log)) {
    case Action::print_help: return print(help_text());
    case Action::print_version: return print("autossh " AUTOSSH_VERSION "\n");
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
