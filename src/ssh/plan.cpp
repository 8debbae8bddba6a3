#include "autossh/ssh/plan.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/login_identity.hpp"
#include "autossh/ssh/plan_forwards.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration default_login_limit = std::chrono::seconds(60);

/// Manual, "Heartbeat": ssh itself then keeps the session from being run. We would end it when it runs
/// already.
bool refusal_forbids_session(const TunnelSettings& settings, const SshConfig& config, const SshPlan& plan)
{
    return plan.session.is_wanted && config.value("exitonforwardfailure") == "yes" &&
           !forwards_of(config, settings.monitor).empty();
}

/// What another ssh owns must not hold our loop. `plan`: the session.
std::string reason_against_loop(const TunnelSettings& settings, const SshChoices& choices,
                                const SshConfig& config, const SshPlan& plan)
{
    if (is_shared(choices, config))
        return "the connection is shared with another ssh";
    if (config.value("clearallforwardings") == "yes")
        return "ClearAllForwardings would clear it";
    if (config.value("exitonforwardfailure") == "yes" && !refusals_are_heard(choices, config))
        return "with ExitOnForwardFailure a refused loop would end ssh, and it cannot be heard";
    if (refusal_forbids_session(settings, config, plan))
        return "with ExitOnForwardFailure a refused loop would keep the session from being run";
    return "";
}

std::optional<Duration> login_limit(const TunnelSettings& settings, const SshConfig& config,
                                    const Askable& askable)
{
    if (settings.connect_timeout)
        return *settings.connect_timeout > Duration::zero() ? settings.connect_timeout : std::nullopt;
    const bool answers_come_by_us = askable.secrets || askable.caller;
    const bool may_ask = !answers_come_by_us && (askable.terminal || askable.askpass);
    return may_ask && config.value("batchmode") != "yes" ? std::nullopt : std::optional(default_login_limit);
}

Destination destination_of(const SshConfig& config)
{
    return {.host = config.value("hostname"),
            .port = static_cast<std::uint16_t>(config.number("port").value_or(22)),
            .by_proxy = is_behind_proxy(config),
            .from = is_set(config.value("bindinterface")) ? config.value("bindinterface")
                                                          : config.value("bindaddress")};
}

/// The first is how ssh itself calls it in its questions, where a host's name is in lower case.
std::vector<std::string> accounts_of(const SshConfig& config)
{
    std::vector<std::string> accounts;
    for (const char* const keyword : {"hostkeyalias", "hostname", "host"}) {  // the last: as typed
        const std::string host = config.value(keyword);
        if (is_set(host))
            accounts.push_back(fmt::format("{}@{}", config.value("user"), lower_case(host)));
        if (is_set(host) && lower_case(host) != host)
            accounts.push_back(fmt::format("{}@{}", config.value("user"), host));
    }
    return accounts;
}

/// ssh prints several files on one line; a name with a space in it is not watched.
std::vector<std::string> known_hosts_of(const SshConfig& config)
{
    std::vector<std::string> files;
    for (const char* const keyword : {"userknownhostsfile", "globalknownhostsfile"}) {
        const auto words = words_of(config.value(keyword));
        files.insert(files.end(), words.begin(), words.end());
    }
    return files;
}

const Addition& no_end_by_ssh()
{
    static const Addition addition{{"-o", "ExitOnForwardFailure=no"},
                                   "a refused loop of -M auto must not end ssh; autossh ends it when one of "
                                   "your forwards is refused"};
    return addition;
}

std::optional<Duration> keepalive_of(const SshConfig& config, std::span<const Addition> added)
{
    constexpr std::string_view option = "ServerAliveInterval=";
    std::int64_t seconds = config.number("serveraliveinterval").value_or(0);
    for (const Addition& addition : added)
        for (const std::string& word : addition.words)
            if (word.starts_with(option))
                seconds = parse_integer(word.substr(option.size())).value_or(0);
    return seconds > 0 ? std::optional<Duration>(std::chrono::seconds(seconds)) : std::nullopt;
}

std::string agent_of(const SshConfig& config)
{
    const std::string configured = config.value("identityagent");
    return configured.empty() ? "SSH_AUTH_SOCK" : configured;
}

SshPlan::LogReading log_reading(const SshChoices& choices, const SshConfig& config,
                                std::span<const Addition> added)
{
    if (added.empty())
        return {};
    return {.is_read = true,
            .login_is_heard = login_is_heard(choices, config),
            .users_level = added.size() > 1 ? users_level(choices, config) : std::nullopt,
            .is_forced = is_forced(choices, config)};
}

SshPlan::Loop loop_for(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                       const std::string& directory, const SshPlan& plan)
{
    if (manner_of(settings).test_way != TestWay::loop)
        return {};
    const std::string reason = directory.empty() ? "no private directory can be made"
                                                 : reason_against_loop(settings, choices, config, plan);
    return {.is_made = reason.empty(), .reason_against = reason};
}

SshPlan::Login login_for(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                         const Askable& askable, const SshPlan::LogReading& log)
{
    SshPlan::Login login;
    if (log.login_is_heard)
        login.limit = login_limit(settings, config, askable);
    login.runs_local_command =
        config.value("permitlocalcommand") == "yes" && is_set(config.value("localcommand"));
    login.is_attended = askable.terminal;
    login.asks_by_program = askable.askpass && !askable.terminal && !askable.wrapper;
    login.accounts = accounts_of(config);
    login.agent_socket = agent_of(config);
    login.keys = configured_keys(config, choices);
    login.known_hosts = known_hosts_of(config);
    login.identity = login_identity(config, settings);
    for (const SecretRule& rule : settings.secrets)
        if (rule.source.kind == SecretSource::Kind::file)
            login.secret_files.push_back(rule.source.name);
    return login;
}

}  // namespace

SshPlan plan_for(const TunnelSettings& settings, SshChoices choices, const SshConfig& config,
                 const Askable& askable, const std::string& directory, ControlSocket control_socket)
{
    choices.sharing = sharing_in_fact(choices.sharing, control_socket);
    SshPlan plan;
    plan.understood = true;
    plan.is_shared = is_shared(choices, config);
    plan.runs_programs = is_behind_proxy(config) || config.value("permitlocalcommand") != "no";
    if (!directory.empty())
        plan.additions = listening(choices, config, log_path(directory));
    plan.log = log_reading(choices, config, plan.additions);
    plan.dropped = {.quiet = plan.additions.size() > 1 && choices.quiet && !plan.log.is_forced,
                    .sharing = control_socket == ControlSocket::avoided};
    plan.control = control_line(settings, choices, config, directory, control_socket);
    const auto defaults = better_defaults(choices, config, askable, control_socket, plan.control.path,
                                          manner_of(settings).listens_for_silence);
    plan.additions.insert(plan.additions.end(), defaults.begin(), defaults.end());
    if ((askable.secrets || askable.caller) && !settings.ssh_names_asker)
        plan.additions.push_back({{"-o", "KbdInteractiveAuthentication=no"},
                                  "before OpenSSH 8.5 a server could ask in the name of another, or of a key",
                                  true});

    plan.keepalive = keepalive_of(config, defaults);
    plan.destination = destination_of(config);
    plan.first_server = first_server(config);
    plan.session.is_wanted = !choices.no_session && config.value("sessiontype") != "none";
    plan.session.is_shell = plan.session.is_wanted && !choices.has_command &&
                            !is_set(config.value("remotecommand")) && !carries_stream(choices, config);
    plan.session.has_terminal = has_remote_terminal(choices, config);
    plan.session.is_stream = carries_stream(choices, config);
    plan.loop = loop_for(settings, choices, config, directory, plan);
    settle_forwards(settings, config, plan);
    if (plan.forwards.we_end_ssh)
        plan.additions.push_back(no_end_by_ssh());
    settle_places(plan.additions, choices);
    plan.login = login_for(settings, choices, config, askable, plan.log);
    return plan;
}

SshPlan plan_without_answer(const TunnelSettings& settings, const SshChoices& choices, const Askable& askable,
                            const std::string& directory)
{
    // ssh's own defaults. Nothing is known of a jump host or a control path.
    static const std::optional<SshConfig> assumed =
        SshConfig::parse("hostname ?\nuser ?\nport 22\nserveraliveinterval 0\nserveralivecountmax "
                         "3\nloglevel INFO\nproxyjump ?\ncontrolpath ?\n");
    TunnelSettings without_loop = settings;
    without_loop.auto_monitor = false;
    SshPlan plan = plan_for(without_loop, choices, *assumed, askable, directory);
    plan.forwards.users = 1;  // some, perhaps
    plan.forwards.are_retried = false;
    plan.first_server.clear();
    plan.login.identity = 0;
    plan.login.accounts.clear();
    plan.login.keys = {};
    return plan;
}

std::string log_path(const std::string& directory)
{
    return directory + "/log";
}

std::string errors_path(const std::string& directory)
{
    return directory + "/errors";
}

}  // namespace autossh
