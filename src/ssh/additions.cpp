#include "autossh/ssh/additions.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/forced_log.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

bool names(const SshChoices& choices, const std::string& option)
{
    return choices.options.contains(option);
}

/// Neither set nor named. An old release prints 0, or nothing, for none.
bool no_connect_timeout(const SshConfig& config)
{
    const std::string value = config.value("connecttimeout");
    return value.empty() || value == "none" || value == "0" || value == "-1";
}

/// Debian's ssh has another default where BatchMode is set.
bool default_alive_interval(const SshConfig& config)
{
    const auto interval = config.number("serveraliveinterval");
    return interval == 0 || (interval == 300 && config.value("batchmode") == "yes");
}

constexpr std::array<std::pair<std::string_view, SshLogLevel>, 6> levels{{{"QUIET", SshLogLevel::quiet},
                                                                          {"SILENT", SshLogLevel::quiet},
                                                                          {"FATAL", SshLogLevel::fatal},
                                                                          {"ERROR", SshLogLevel::error},
                                                                          {"INFO", SshLogLevel::info},
                                                                          {"VERBOSE", SshLogLevel::verbose}}};

/// The level that ssh has come to; nothing: one that tells all that we need, or one that we do not know.
std::optional<SshLogLevel> low_level(const SshConfig& config)
{
    const auto found =
        std::ranges::find(levels, config.value("loglevel"), &std::pair<std::string_view, SshLogLevel>::first);
    return found == levels.end() ? std::nullopt : std::optional(found->second);
}

/// With a higher level the server's banner, and that the session is closed, would be shown: they go past the
/// log.
bool is_quiet_session(const SshChoices& choices, const SshConfig& config)
{
    const bool is_tunnel =
        (choices.no_session && !choices.forwards_stdio) || config.value("sessiontype") == "none";
    return !is_tunnel && !choices.verbose &&
           low_level(config).value_or(SshLogLevel::info) < SshLogLevel::info;
}

/// With "yes" a socket that a dead ssh has left behind would be in the way for good; a master in the
/// background would not be supervised.
void remain_master(std::vector<Addition>& added, const SshConfig& config)
{
    const std::string master = config.value("controlmaster");
    if (master == "true" || master == "yes" || master == "ask")
        added.push_back({{"-o", master == "ask" ? "ControlMaster=autoask" : "ControlMaster=auto"},
                         "a master takes the place of a dead one"});
    if (!config.value("controlpersist").empty() && config.value("controlpersist") != "no")
        added.push_back({{"-o", "ControlPersist=no"}, "a master in the background would not be supervised"});
}

}  // namespace

bool is_shared(const SshChoices& choices, const SshConfig& config)
{
    return may_be_shared(choices) &&
           (choices.sharing == Sharing::certain || is_set(config.value("controlpath")));
}

const Addition& own_connection()
{
    static const Addition addition{
        {"-o", "ControlPath=none", "-o", "ControlMaster=no"},
        "a supervised ssh has a connection of its own, no shared one that may be stale"};
    return addition;
}

const Addition& alive_interval()
{
    static const Addition addition{{"-o", "ServerAliveInterval=10"},
                                   "ssh's own default notices a dead connection late or never"};
    return addition;
}

const Addition& alive_count(bool is_watched)
{
    static const Addition many{
        {"-o", "ServerAliveCountMax=12"},
        "autossh notices a dead connection sooner, and one that was only held up lives on"};
    static const Addition few{{"-o", "ServerAliveCountMax=3"},
                              "OpenSSH's default, said because the interval counts on it"};
    return is_watched ? many : few;
}

const Addition& connect_timeout()
{
    static const Addition addition{{"-o", fmt::format("ConnectTimeout={}", added_connect_timeout.count())},
                                   "OpenSSH's default is to wait as long as the system does"};
    return addition;
}

const Addition& log_level()
{
    static const Addition addition{{"-o", "LogLevel=DEBUG1"},
                                   "only there ssh says why a log-in or a forward is refused; autossh passes "
                                   "on no more than you want"};
    return addition;
}

bool is_control_line(const Addition& addition)
{
    return addition.words.all().size() > 1 && addition.words.all().at(1) == "ControlMaster=yes";
}

std::vector<Addition> better_defaults(const SshChoices& choices, const SshConfig& config,
                                      const Askable& askable, ControlSocket control_socket,
                                      const std::string& control_path, bool is_watched)
{
    std::vector<Addition> added;
    if (default_alive_interval(config) && !names(choices, "serveraliveinterval")) {
        added.push_back(alive_interval());
        if (config.number("serveralivecountmax") == 3 && !names(choices, "serveralivecountmax"))
            added.push_back(alive_count(is_watched && !control_path.empty() && !is_behind_proxy(config)));
    }
    // Behind a jump host it would also limit the time in which its user types a password.
    const bool may_take_time = !askable.nobody() && is_behind_proxy(config);
    if (no_connect_timeout(config) && !names(choices, "connecttimeout") && !may_take_time)
        added.push_back(connect_timeout());
    if (control_socket == ControlSocket::free)
        remain_master(added, config);
    else if (!control_path.empty())
        added.push_back({{"-o", "ControlMaster=yes", "-o", "ControlPath=" + as_control_path(control_path),
                          "-o", "ControlPersist=no"},
                         "by it autossh sees whether ssh lives, and opens forwards"});
    else if (!is_shared(choices, config))
        added.push_back(own_connection());
    if (config.value("forkafterauthentication") == "yes")
        added.push_back({{"-o", "ForkAfterAuthentication=no"},
                         "an ssh in the background would not be supervised; for autossh there is -f"});
    // It would also forbid a log-in that takes no answer: a key and then a push to the phone, or no key at
    // all.
    const bool batch_mode = names(choices, "batchmode") || config.value("batchmode") == "yes";
    if (askable.nobody() && !askable.declined && !batch_mode)
        added.push_back({{"-o", "BatchMode=yes"}, "nobody is there to answer a question"});
    return added;
}

void settle_places(std::span<Addition> added, const SshChoices& choices)
{
    for (Addition& addition : added)
        for (const std::string& word : addition.words) {
            const std::string option = lower_case(word.substr(0, word.find('=')));
            const bool by_letter = option.starts_with("control") && choices.sharing != Sharing::unasked;
            addition.must_win = addition.must_win || by_letter || names(choices, option);
        }
}

std::vector<Addition> listening(const SshChoices& choices, const SshConfig& config, const std::string& pipe)
{
    if (choices.log_file)
        return {};
    std::vector<Addition> added{{{"-E", pipe}, "autossh reads what ssh logs, and passes it on"}};
    const bool escape_is_unseen = has_remote_terminal(choices, config) && is_behind_proxy(config);
    const auto level = users_level(choices, config);
    if (level && is_forced(choices, config))
        added.push_back({{"-o", fmt::format("LogVerbose={}", forced_log_at(*level))},
                         "only so a quiet ssh says whether a log-in or a forward is refused; autossh passes "
                         "on no more than you want"});
    else if (level && escape_is_unseen)
        added.push_back({{"-o", "LogLevel=DEBUG2"},
                         "only there ssh says why a log-in or a forward is refused, and, behind a proxy, "
                         "that ~. was typed; autossh passes on no more than you want"});
    else if (level)
        added.push_back(log_level());
    return added;
}

/// A -v beside a -q says at which of them ssh has arrived, and is left alone. So is, without LogVerbose, what
/// a user has made quiet where a command or a shell is run.
std::optional<SshLogLevel> users_level(const SshChoices& choices, const SshConfig& config)
{
    const auto level = choices.verbose ? std::nullopt : low_level(config);
    return is_quiet_session(choices, config) && !is_forced(choices, config) ? std::nullopt : level;
}

bool is_forced(const SshChoices& choices, const SshConfig& config)
{
    // Of what is fatal we do not know each line, and would have to show it. OpenSSH 10 takes its own name for
    // a format then (log.c: fmt2).
    return is_quiet_session(choices, config) && low_level(config) != SshLogLevel::fatal &&
           !choices.has_percent && can_force_log(config);
}

bool refusals_are_heard(const SshChoices& choices, const SshConfig& config)
{
    const bool quiet = low_level(config).value_or(SshLogLevel::info) < SshLogLevel::info;
    return !choices.log_file && (!quiet || users_level(choices, config));
}

bool login_is_heard(const SshChoices& choices, const SshConfig& config)
{
    static constexpr std::array<std::string_view, 5> loud{"VERBOSE", "DEBUG", "DEBUG1", "DEBUG2", "DEBUG3"};
    if (choices.log_file || is_shared(choices, config))
        return false;
    return users_level(choices, config) || std::ranges::find(loud, config.value("loglevel")) != loud.end();
}

bool carries_stream(const SshChoices& choices, const SshConfig& config)
{
    return choices.forwards_stdio || choices.subsystem || config.value("sessiontype") == "subsystem";
}

bool has_remote_terminal(const SshChoices& choices, const SshConfig& config)
{
    const std::string session = config.value("sessiontype");  // OpenSSH 8.7 and newer
    const std::string terminal = config.value("requesttty");
    const std::string command = config.value("remotecommand");
    if (choices.no_session || session == "none" || config.value("escapechar") == "none")
        return false;
    if (terminal == "force")
        return true;
    if (config.value("stdinnull") == "yes")
        return false;
    if (terminal == "yes" || terminal == "true")
        return true;
    const bool has_command = choices.has_command || (!command.empty() && command != "none");
    return (terminal == "auto" || terminal.empty()) && !has_command && session != "subsystem";
}

}  // namespace autossh
