#include "autossh/settings/table.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/secret_options.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t longest_message = 64;
constexpr std::size_t longest_name = 64;

[[noreturn]] void invalid(std::string_view what, const std::string& value)
{
    throw ConfigError(fmt::format("invalid {} \"{}\"", what, value));
}

Duration duration_or_invalid(std::string_view what, const std::string& value)
{
    const auto duration = parse_duration(value);
    if (!duration)
        invalid(what, value);
    return *duration;
}

/// A negative poll time means the default; none at all would be a busy loop.
Duration poll_time(std::string_view what, const std::string& value)
{
    const Duration duration = duration_or_invalid(what, value);
    if (duration == Duration::zero())
        invalid(what, value);
    return duration < Duration::zero() ? default_poll : duration;
}

void apply_poll(Settings& settings, const std::string& value)
{
    settings.given_poll = poll_time("poll time", value);
}

void apply_first_poll(Settings& settings, const std::string& value)
{
    settings.given_first_poll = poll_time("first poll time", value);
}

void apply_gate_time(Settings& settings, const std::string& value)
{
    settings.tunnel.gate_time = duration_or_invalid("gate time", value);
    if (settings.tunnel.gate_time < Duration::zero())
        invalid("gate time", value);
    settings.tunnel.gate_given = true;
}

void apply_kill_time(Settings& settings, const std::string& value)
{
    settings.tunnel.kill_time = duration_or_invalid("kill time", value);
    if (settings.tunnel.kill_time < Duration::zero())
        invalid("kill time", value);
}

void apply_backoff_max(Settings& settings, const std::string& value)
{
    settings.tunnel.backoff_max = duration_or_invalid("backoff max", value);
    if (*settings.tunnel.backoff_max <= Duration::zero())
        invalid("backoff max", value);
}

void apply_restart(Settings& settings, const std::string& value)
{
    const std::string word = lower_case(value);
    if (word != "on-failure" && word != "always" && word != "never")
        throw ConfigError(fmt::format("invalid restart policy \"{}\" (on-failure, always, never)", value));
    settings.tunnel.restart = RestartPolicy::on_failure;
    if (word != "on-failure")
        settings.tunnel.restart = word == "always" ? RestartPolicy::always : RestartPolicy::none;
}

std::string all_failure_classes()
{
    std::string names;
    for (int i = 0; i < static_cast<int>(FailureClass::other); ++i) {
        std::string word(name(static_cast<FailureClass>(i)));
        std::ranges::replace(word, ' ', '-');
        names += (i == 0 ? "" : ", ") + word;
    }
    return names;
}

void apply_exit_on(Settings& settings, const std::string& value)
{
    settings.tunnel.exit_on.clear();
    std::string_view rest = value;
    while (!rest.empty()) {
        const std::string_view word = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        const auto failure = failure_class(word);
        if (!failure)
            throw ConfigError(fmt::format("invalid failure class \"{}\" ({})", word, all_failure_classes()));
        settings.tunnel.exit_on.insert(*failure);
    }
}

void apply_connect_timeout(Settings& settings, const std::string& value)
{
    settings.tunnel.connect_timeout = duration_or_invalid("connect timeout", value);
    if (*settings.tunnel.connect_timeout < Duration::zero())
        invalid("connect timeout", value);
}

void apply_max_lifetime(Settings& settings, const std::string& value)
{
    const Duration lifetime = duration_or_invalid("max lifetime", value);
    settings.tunnel.max_lifetime = lifetime > Duration::zero() ? std::optional(lifetime) : std::nullopt;
}

void apply_renew(Settings& settings, const std::string& value)
{
    const Duration renew = duration_or_invalid("renew time", value);
    settings.tunnel.renew = renew > Duration::zero() ? std::optional(renew) : std::nullopt;
}

void apply_renew_grace(Settings& settings, const std::string& value)
{
    settings.tunnel.renew_grace = duration_or_invalid("renew grace", value);
    if (settings.tunnel.renew_grace < Duration::zero())
        invalid("renew grace", value);
}

void apply_max_start(Settings& settings, const std::string& value)
{
    const auto number = parse_integer(value);
    if (!number)
        invalid("max start number", value);
    settings.tunnel.max_start = *number >= 0 ? number : std::nullopt;
}

void apply_message(Settings& settings, const std::string& value)
{
    if (value.size() > longest_message)
        throw ConfigError(fmt::format("echo message may only be {} bytes long", longest_message));
    settings.tunnel.message = value;
}

void apply_log_level(Settings& settings, const std::string& value)
{
    const auto number = parse_integer(value);
    if (!number || *number < 0 || *number > static_cast<int>(Level::debug))
        invalid("log level", value);
    settings.log.level = static_cast<int>(*number);
}

void apply_debug(Settings& settings, const std::string&)
{
    settings.log.debug = true;
}

void apply_log_file(Settings& settings, const std::string& value)
{
    if (value.empty())
        throw ConfigError(fmt::format("{}: {}", value, std::strerror(ENOENT)));
    settings.log.file = value;
}

void apply_log_format(Settings& settings, const std::string& value)
{
    const std::string word = lower_case(value);
    if (word != "text" && word != "json")
        throw ConfigError(fmt::format("invalid log format \"{}\" (text, json)", value));
    settings.log.format = word == "json" ? LogFormat::json : LogFormat::text;
}

/// It may become the name of a file.
bool is_good_name(std::string_view name)
{
    const auto is_good = [](char letter) { return letter > ' ' && letter <= '~' && letter != '/'; };
    const bool only_dots = name.find_first_not_of('.') == std::string_view::npos;
    return name.empty() || (name.size() <= longest_name && std::ranges::all_of(name, is_good) && !only_dots);
}

void apply_name(Settings& settings, const std::string& value)
{
    if (!is_good_name(value))
        throw ConfigError(
            fmt::format("invalid name \"{}\" (at most {} printable ASCII characters, no blanks or "
                        "slashes, not only dots)",
                        value, longest_name));
    settings.tunnel.name = settings.log.tunnel = value;
}

void apply_pid_file(Settings& settings, const std::string& value)
{
    settings.pid_file = value;
}

void apply_state_directory(Settings& settings, const std::string& value)
{
    if (one_line(value) != value)
        throw ConfigError(fmt::format("invalid state directory \"{}\"", one_line(value)));
    settings.state_directory = value;
}

void apply_path(Settings& settings, const std::string& value)
{
    settings.ssh_path = value.empty() ? AUTOSSH_SSH : value;
}

void apply_port(Settings& settings, const std::string& value)
{
    settings.port = value;
}

void apply_service_mode(Settings& settings, const std::string& value)
{
    const bool yes = lower_case(value) == "yes";
    settings.service_mode = settings.log.to_stdout = settings.tunnel.restart_after_success = yes;
}

void apply_plain(Settings& settings, const std::string& value)
{
    const std::string word = lower_case(value);
    if (word != "yes" && word != "no")
        invalid("plain setting", value);
    settings.tunnel.plain = word == "yes";
}

/// In ssh's words: with ~, tokens and variables, which ssh resolves.
void apply_share(Settings& settings, const std::string& value)
{
    const std::string word = lower_case(value);
    const bool is_path =
        !value.empty() && std::string_view("/~%$").find(value.front()) != std::string_view::npos;
    if (word != "yes" && word != "no" &&
        (!is_path || value != one_line(value) || value.find('"') != value.npos))
        throw ConfigError(
            fmt::format("invalid share setting \"{}\" (yes, no, or a path that begins with / or ~/)", value));
    settings.tunnel.share.reset();
    if (word != "no")
        settings.tunnel.share = word == "yes" ? "" : value;
}

constexpr std::array table{
    Setting{"AUTOSSH_PORT", "port", Scope::tunnel, "PORT[:ECHO]",
            "monitor port, as -M; 0: no monitoring (auto)", apply_port},
    Setting{"AUTOSSH_POLL", "poll", Scope::tunnel, "TIME", "time between connection tests (600)", apply_poll},
    Setting{"AUTOSSH_FIRST_POLL", "first-poll", Scope::tunnel, "TIME", "time before the first test (as poll)",
            apply_first_poll},
    Setting{"AUTOSSH_GATETIME", "gate-time", Scope::tunnel, "TIME",
            "how long the first ssh must last; 0: retry always (30)", apply_gate_time},
    Setting{"AUTOSSH_BACKOFFMAX", "backoff-max", Scope::tunnel, "TIME",
            "the longest wait between two starts (poll if given, else 60)", apply_backoff_max},
    Setting{"AUTOSSH_RESTART", "restart", Scope::tunnel, "WHEN", "on-failure, always or never (on-failure)",
            apply_restart},
    Setting{"AUTOSSH_EXITON", "exit-on", Scope::tunnel, "CLASS,...",
            "give up on these failures, for example refused", apply_exit_on},
    Setting{"AUTOSSH_MAXSTART", "max-start", Scope::tunnel, "N",
            "start ssh at most N times; -1: no limit (-1)", apply_max_start},
    Setting{"AUTOSSH_MAXLIFETIME", "max-lifetime", Scope::tunnel, "TIME",
            "end after this time; 0: no limit (0)", apply_max_lifetime},
    Setting{"AUTOSSH_RENEW", "renew", Scope::tunnel, "TIME",
            "log in anew after this time, without a break; 0: never (0)", apply_renew},
    Setting{"AUTOSSH_RENEWGRACE", "renew-grace", Scope::tunnel, "TIME",
            "so long the old ssh lives on for its connections (10m)", apply_renew_grace},
    Setting{"AUTOSSH_KILLTIME", "kill-time", Scope::tunnel, "TIME",
            "from SIGTERM to SIGKILL when ending ssh (5)", apply_kill_time},
    Setting{"AUTOSSH_CONNECTTIMEOUT", "connect-timeout", Scope::tunnel, "TIME",
            "how long ssh may take to log in; 0: no limit", apply_connect_timeout},
    Setting{"AUTOSSH_MESSAGE", "message", Scope::tunnel, "TEXT",
            "text added to the test message, at most 64 bytes", apply_message},
    Setting{"AUTOSSH_NAME", "name", Scope::process, "NAME", "the tunnel's name in the JSON log", apply_name},
    Setting{"AUTOSSH_PATH", "ssh", Scope::tunnel, "PATH", "the ssh to run (" AUTOSSH_SSH ")", apply_path},
    Setting{"AUTOSSH_PLAIN", "plain", Scope::tunnel, "", "add nothing to ssh's command line", apply_plain},
    Setting{"AUTOSSH_SHARE", "share", Scope::tunnel, "[=PATH]",
            "other ssh to that host use this connection, by its ControlPath", apply_share},
    Setting{"AUTOSSH_SECRETFILE", "secret-file", Scope::tunnel, "FILE",
            "the passphrase or password is the file's first line", apply_secret_file},
    Setting{"AUTOSSH_SECRETFD", "secret-fd", Scope::process, "N", "read it once from this file descriptor",
            apply_secret_fd},
    Setting{"AUTOSSH_SECRETCOMMAND", "secret-command", Scope::tunnel, "COMMAND",
            "it is what this command prints, each time", apply_secret_command},
    Setting{"AUTOSSH_SECRETCREDENTIAL", "secret-credential", Scope::tunnel, "NAME",
            "it is a credential of our systemd unit", apply_secret_credential},
    Setting{"AUTOSSH_SECRETPROMPT", "secret-prompt", Scope::process, "", "ask for it once, on the terminal",
            apply_secret_prompt},
    Setting{"AUTOSSH_SECRETFOR", "secret-for", Scope::tunnel, "PATTERN=SOURCE",
            "a secret for one key, server or question; may be repeated", apply_secret_for},
    Setting{"AUTOSSH_PIDFILE", "pid-file", Scope::process, "PATH", "write our pid to this file",
            apply_pid_file},
    Setting{"AUTOSSH_STATE_DIRECTORY", "state-directory", Scope::process, "DIR",
            "keep a ledger of outages in this directory", apply_state_directory},
    Setting{"AUTOSSH_LOGFILE", "log-file", Scope::process, "PATH", "log to this file instead of syslog",
            apply_log_file},
    Setting{"AUTOSSH_LOGFORMAT", "log-format", Scope::process, "FORMAT",
            "text or json: one object per line (text)", apply_log_format},
    Setting{"AUTOSSH_LOGLEVEL", "log-level", Scope::process, "0-7", "how much to log, as in syslog (6)",
            apply_log_level},
    Setting{"AUTOSSH_DEBUG", "debug", Scope::process, "", "log everything, and to stderr as well",
            apply_debug},
    Setting{"AUTOSSH_NTSERVICE", "nt-service", Scope::process, "",
            "service mode: add -N, log to stdout, always restart", apply_service_mode},
};

}  // namespace

std::span<const Setting> setting_table()
{
    return table;
}

const Setting* setting_of_option(std::string_view option)
{
    const auto found = std::ranges::find(table, option, &Setting::option);
    return found == table.end() ? nullptr : &*found;
}

const Setting* setting_of_variable(std::string_view variable)
{
    const auto found = std::ranges::find(table, variable, &Setting::variable);
    return found == table.end() ? nullptr : &*found;
}

void give(const Setting& setting, const std::string& value, const std::string& source, Settings& settings)
{
    setting.apply(settings, value);
    settings.sources[setting.option] = source;
}

void read_environment(const Environment& environment, Settings& settings)
{
    const bool debug = environment("AUTOSSH_DEBUG").has_value();
    for (const Setting& setting : table) {
        if (debug && setting.variable == "AUTOSSH_LOGLEVEL")
            continue;  // as the reference: not even looked at
        if (const auto value = environment(setting.variable))
            give(setting, *value, std::string(setting.variable), settings);
    }
    settings.rules_of_environment = settings.tunnel.secrets.size();
}

}  // namespace autossh
