// The order of start-up, a verdict to an exit status, and the one catch.
#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/login/askpass_program.hpp"
#include "autossh/login/secret_setup.hpp"
#include "autossh/program/background.hpp"
#include "autossh/program/check.hpp"
#include "autossh/program/doctor_start.hpp"
#include "autossh/program/explanation.hpp"
#include "autossh/program/fleet_explanation.hpp"
#include "autossh/program/fleet_start.hpp"
#include "autossh/program/kept_tunnels.hpp"
#include "autossh/program/service_manager.hpp"
#include "autossh/program/supervisor.hpp"
#include "autossh/rules/status_report.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/table.hpp"
#include "autossh/settings/usage.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/system/process_privacy.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/system/replace.hpp"

#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

namespace autossh {

namespace {

/// Manual, "Exit status".
constexpr int mistake_in_a_service = 2;

bool is_a_service()
{
    return environment_variable("NOTIFY_SOCKET").has_value();
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
    if (action != Action::run && action != Action::explain)
        return action;
    settings.log.for_program = serves_program(choices_of(settings.tunnel.ssh));
    if (settings.log != log_settings)
        log.configure(settings.log);
    if (settings.ignores_background)
        log.write(Level::warning, "-f is ignored: a container ends with its first process");
    if (manner_of(settings.tunnel).test_way == TestWay::none)
        log.info("port set to 0, monitoring disabled");
    const auto from_options = settle_poll_times(settings);
    for (const std::string& notice : from_options)
        if (from_options != from_environment)
            log.info("{}", notice);
    if (const auto notice = settle_net_timeout(settings.tunnel))
        log.info("{}", *notice);
    return action;
}

int exit_status(const Ruling& ruling, const ServiceTerms& terms)
{
    if (ruling.is_mistake && !terms.socket.empty())
        return mistake_in_a_service;
    switch (ruling.verdict) {
    case Verdict::succeeded: return EXIT_SUCCESS;
    case Verdict::stopped: return terms.stop_is_success() ? EXIT_SUCCESS : ruling.exit_status;
    default: return ruling.exit_status;
    }
}

/// Manual, "-f".
Background to_background(const ServiceTerms& terms, KeptTunnels& kept, const SignalsHeld& held)
{
    const auto in_parent = [&](pid_t daemon) {
        held.let_go();
        // What runs is then the daemon, and what has been started is no failure.
        NotifySocket(terms.socket).send(fmt::format("MAINPID={}", daemon));
        for (KeptTunnel& tunnel : kept.tunnels)
            if (tunnel.secrets)
                tunnel.secrets->clear();
    };
    return Background::enter(in_parent);
}

int print(std::string_view text)
{
    return write_all(STDOUT_FILENO, text) ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// --check: the log, and all that a tunnel needs, is left alone. Nothing: something else is asked for.
[[gnu::noinline]] std::optional<int> check_if_asked(std::span<const std::string> arguments)
{
    try {
        const auto target = check_target(arguments, environment_variable);
        if (!target)
            return std::nullopt;
        const CheckResult result = check(*target, places_of_supervisors(environment_variable));
        print(result.line + "\n");
        return result.exit_status;
    } catch (const std::exception& error) {
        write_all(STDERR_FILENO, fmt::format("autossh: {}\n", error.what()));
        return static_cast<int>(Health::down);
    }
}

/// Nothing: there is a mistake, which has been reported. In the journal, where it may be reported again and
/// again, without the usage.
[[gnu::noinline]] std::optional<Action> configure_or_say_why_not(std::span<const std::string> arguments,
                                                                 Settings& settings, Log& log)
{
    try {
        return configure(arguments, settings, log);
    } catch (const UsageError& error) {
        const std::string message = error.what();
        if (is_a_service())
            log.error("{}", message.empty() ? "no destination is given" : message);
        else
            write_all(STDERR_FILENO,
                      message.empty() ? help_text() : fmt::format("autossh: {}\n{}", message, usage_text()));
    } catch (const ConfigError& error) {
        log.error("{}", error.what());
    }
    return std::nullopt;
}

int keep(Settings& settings, KeptTunnels kept, const InheritedSignals& inherited, const SignalsHeld& held,
         Log& log)
{
    ServiceTerms terms = ServiceTerms::read(environment_variable, ::getpid());
    forget_service_terms();
    if (settings.background) {
        terms.main_process = false;  // that is the process which goes
        make_paths_absolute(settings);
    }
    std::optional<Background> background;
    const bool attended = kept.fleet.empty() && settings.background &&
                          caller_can_be_asked(kept.tunnels.front().settings, *kept.versions);
    if (settings.background)
        background = to_background(terms, kept, held);
    for (KeptTunnel& tunnel : kept.tunnels)
        if (tunnel.secrets)
            tunnel.secrets->take_over();
    if (attended)
        hide_memory_from_others();  // what is typed comes by us
    Supervisor supervisor(settings, terms, inherited, log, std::move(kept), std::move(background), attended);
    return exit_status(supervisor.run(), terms);
}

[[gnu::noinline]] int run_fleet(std::span<const std::string> arguments, InheritedSignals& inherited,
                                const SignalsHeld& held, Settings& settings, Log& log)
{
    FleetStart start = start_of_fleet(arguments, inherited, settings, log);
    return start.exit_status ? *start.exit_status
                             : keep(settings, std::move(start.kept), inherited, held, log);
}

/// Nothing: something else is asked for.
[[gnu::noinline]] std::optional<int> explain_fleet_if_asked(std::span<const std::string> arguments,
                                                            const InheritedSignals& inherited,
                                                            const SignalsHeld& held, Log& log)
{
    const auto words = words_of_fleet_explanation(arguments);
    if (!words)
        return std::nullopt;
    held.let_go();
    const FleetExplanation explained = explain_fleet(*words, environment_variable, inherited, log);
    write_all(STDERR_FILENO, explained.complaint);
    return explained.exit_status != EXIT_SUCCESS ? explained.exit_status : print(explained.output);
}

/// What is not inlined here has its variables on the stack for as long as it runs, and not as long as a
/// tunnel.
int run(std::span<const std::string> arguments, InheritedSignals& inherited, Log& log)
{
    const SignalsHeld held(inherited);
    Settings settings;
    settings.is_first_process = ::getpid() == 1;
    settings.tunnel.supervised =
        is_supervised(environment_variable, ::getpid(), ::getppid(), name_of_process(::getppid()));
    if (const auto status = explain_fleet_if_asked(arguments, inherited, held, log))
        return *status;
    if (asks_for_fleet(arguments))
        return run_fleet(arguments, inherited, held, settings, log);
    const auto action = configure_or_say_why_not(arguments, settings, log);
    if (!action)
        return is_a_service() ? mistake_in_a_service : EXIT_FAILURE;
    if (*action != Action::run)
        held.let_go();
    switch (*action) {
    case Action::print_help: return print(help_text());
    case Action::print_version: return print("autossh " AUTOSSH_VERSION "\n");
    case Action::explain: return print(explanation(settings, inherited, log));
    case Action::ask_ssh: become(settings.tunnel.ssh, inherited);
    case Action::run: break;
    }
    return keep(settings, kept_tunnel(settings, inherited), inherited, held, log);
}

}  // namespace

}  // namespace autossh

int main(int argc, char** argv)
{
    using namespace autossh;
    reserve_standard_streams();
    InheritedSignals inherited;
    ::signal(SIGPIPE, SIG_IGN);  // nobody may end us by not reading what we say,
    ::signal(SIGXFSZ, SIG_IGN);  // nor by not letting us write it down
    const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
    if (argc > 0 && is_askpass_program(argv[0]))
        return run_askpass_program(std::vector<std::string>(argv, argv + argc));
    if (const auto status = check_if_asked(arguments))
        return *status;
    Log log;
    try {
        if (const auto status = doctor_if_asked(arguments, inherited))
            return *status;
        return run(arguments, inherited, log);
    } catch (const std::exception& error) {
        log.error("{}", error.what());
        log.show_last_words(Level::error, error.what());
    }
    return EXIT_FAILURE;
}
