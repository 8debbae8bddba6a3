#include "autossh/ssh/plan.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/choices.hpp"

#include <algorithm>
#include <span>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration default_login_limit = std::chrono::seconds(60);

/// What another ssh owns must not hold our loop.
std::string reason_against_loop(const SshChoices& choices, const SshConfig& config)
{
    if (choices.multiplexing)
        return "the connection is shared with another ssh";
    if (config.value("clearallforwardings") == "yes")
        return "ClearAllForwardings would clear it";
    if (config.value("exitonforwardfailure") == "yes" && !refusals_are_heard(choices, config))
        return "with ExitOnForwardFailure a refused loop would end ssh, and it cannot be heard";
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

/// Those of -M PORT are among ssh's words when it answers.
std::size_t count_of_forwards(const SshConfig& config, const TunnelSettings& settings)
{
    std::size_t of_tests = 0;
    if (settings.monitor)
        of_tests = settings.monitor->echo_port ? 1 : 2;
    std::size_t count = 0;
    for (const char* const keyword : {"localforward", "remoteforward", "dynamicforward"})
        count += config.values(keyword).size();
    return count - std::min(count, of_tests);
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

/// ssh_config(5), "Tokens": those that the destination decides. An old release does not say the name as it
/// was typed.
PathTokens path_tokens_of(const SshConfig& config)
{
    PathTokens tokens{
        {'h', config.value("hostname")}, {'p', config.value("port")}, {'r', config.value("user")}};
    const std::string typed = config.value("host");
    const std::string alias = config.value("hostkeyalias");
    if (!typed.empty())
        tokens['n'] = typed;
    if (is_set(alias) || !typed.empty())
        tokens['k'] = is_set(alias) ? alias : typed;
    return tokens;
}

std::string agent_of(const SshConfig& config)
{
    const std::string configured = config.value("identityagent");
    return configured.empty() ? "SSH_AUTH_SOCK" : configured;
}

}  // namespace

ConfiguredKeys configured_keys(const SshConfig& config)
{
    return {.path_tokens = path_tokens_of(config),
            .files = config.values("identityfile"),
            .certificates = config.values("certificatefile"),
            .pkcs11 = config.value("pkcs11provider")};
}

SshPlan plan_for(const TunnelSettings& settings, const SshConfig& config, const Askable& askable,
                 const std::string& directory)
{
    const SshChoices choices = choices_of(std::span(settings.ssh.arguments).subspan(1));
    SshPlan plan;
    plan.understood = true;
    plan.log_is_read = !choices.log_file && !directory.empty();
    if (plan.log_is_read) {
        plan.additions = listening(choices, config, log_path(directory));
        plan.login_is_heard = login_is_heard(choices, config);
        plan.verbose_is_ours = plan.additions.size() > 1;
    }
    const auto defaults = better_defaults(choices, config, askable);
    plan.additions.insert(plan.additions.end(), defaults.begin(), defaults.end());

    if ((askable.secrets || askable.caller) && !settings.ssh_names_asker)
        plan.additions.push_back(
            {{"-o", "KbdInteractiveAuthentication=no"},
             "before OpenSSH 8.5 a server could ask in the name of another, or of a key"});

    plan.keepalive = keepalive_of(config, defaults);
    if (settings.auto_monitor) {
        plan.no_loop =
            directory.empty() ? "no private directory can be made" : reason_against_loop(choices, config);
        plan.loop = plan.no_loop.empty();
    }
    plan.forwards_are_vital = config.value("exitonforwardfailure") == "yes";
    plan.ends_at_refused_forward = plan.loop && plan.log_is_read && plan.forwards_are_vital;
    if (settings.monitor)
        plan.monitor_port = settings.monitor->port;
    plan.users_forwards = count_of_forwards(config, settings);
    if (plan.ends_at_refused_forward)
        plan.additions.push_back(
            {{"-o", "ExitOnForwardFailure=no"},
             "a refused loop of -M auto must not end ssh; autossh ends it when one of your "
             "forwards is refused"});
    plan.remote_terminal = has_remote_terminal(choices, config);
    plan.session = !choices.no_session && config.value("sessiontype") != "none";
    if (plan.login_is_heard)
        plan.login_limit = login_limit(settings, config, askable);
    const std::string device = config.value("tunnel");  // -w
    const bool has_device = !device.empty() && device != "false" && device != "no";
    const bool only_forwards = !plan.session && plan.users_forwards > 0 && !has_device;
    plan.retries_forwards =
        plan.log_is_read && only_forwards && !choices.multiplexing && !plan.forwards_are_vital;
    plan.destination = destination_of(config);
    plan.accounts = accounts_of(config);
    plan.agent_socket = agent_of(config);
    plan.keys = configured_keys(config);
    plan.known_hosts = known_hosts_of(config);
    for (const SecretRule& rule : settings.secrets)
        if (rule.source.kind == SecretSource::Kind::file)
            plan.secret_files.push_back(rule.source.name);
    plan.attended = askable.terminal;
    return plan;
}

SshPlan plan_without_answer(const TunnelSettings& settings, const Askable& askable,
                            const std::string& directory)
{
    // ssh's own defaults. It may be behind a jump host, where nothing is known of the way.
    static const std::optional<SshConfig> assumed =
        SshConfig::parse("hostname ?\nuser ?\nport 22\nserveraliveinterval 0\nserveralivecountmax "
                         "3\nloglevel INFO\nproxyjump ?\n");
    TunnelSettings without_loop = settings;
    without_loop.auto_monitor = false;
    SshPlan plan = plan_for(without_loop, *assumed, askable, directory);
    plan.users_forwards = 1;  // some, perhaps
    plan.accounts.clear();
    plan.keys = {};
    plan.retries_forwards = false;
    return plan;
}

std::string log_path(const std::string& directory)
{
    return directory + "/log";
}

Command command_for(const TunnelSettings& settings, const SshPlan& plan, const std::vector<std::string>& loop)
{
    Command command = settings.ssh;
    std::vector<std::string>& words = command.arguments;
    words.insert(words.begin() + static_cast<std::ptrdiff_t>(settings.loop_at), loop.begin(), loop.end());

    std::vector<std::string> added;
    for (const Addition& addition : plan.additions)
        added.insert(added.end(), addition.words.begin(), addition.words.end());
    words.insert(words.begin() + 1, added.begin(), added.end());
    return command;
}

}  // namespace autossh
