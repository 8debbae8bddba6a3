#include "autossh/ssh/forced_log.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/core.h>

namespace autossh {

namespace {

/// What these say with their name in front, and of which a rule of ours has the name (OpenSSH 8.7 to 10).
struct NamedWords {
    std::string_view function;
    std::string_view begins;
};

constexpr std::array<NamedWords, 21> with_name{{
    {"kex_exchange_identification", "banner line "},
    {"kex_exchange_identification", "Connection closed by remote host"},
    {"kex_exchange_identification", "read: "},
    {"kex_exchange_identification", "write: "},
    {"kex_exchange_identification", "client sent "},
    {"kex_exchange_identification", "No SSH version received"},
    {"channel_setup_fwd_listener_tcpip", "getaddrinfo("},
    {"channel_setup_fwd_listener_tcpip", "cannot listen to port: "},
    {"unix_listener", "cannot "},
    {"unix_listener", "path "},
    {"unix_listener", "socket: "},
    {"channel_connect_stdio_fwd", ""},
    {"client_loop", "send disconnect: "},
    {"client_request_forwarded_tcpip", "listen "},
    {"ssh_tun_confirm", "tunnel forward established"},
    {"ssh_userauth2", "send packet"},
    {"ssh_confirm_remote_forward", "invalid forwarding ID"},
    {"ssh_confirm_remote_forward", "parse packet"},
    {"mux_client_request_session", "master session id: "},
    {"mux_client_forward", "forwarding request failed: "},
    {"mux_master_process_stop_listening", ""},
}};

constexpr std::string_view decimal = "0123456789";

/// "debug1: ", or nothing.
std::string_view level_of(std::string_view line)
{
    constexpr std::size_t size = std::string_view("debug1: ").size();
    return is_debug_line(line) ? line.substr(0, size) : std::string_view();
}

bool is_name(std::string_view text)
{
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
    return !text.empty() && text.find_first_not_of(letters) == text.npos;
}

bool is_number(std::string_view text)
{
    return !text.empty() && text.find_first_not_of(decimal) == text.npos;
}

struct Place {
    std::string_view function;
    std::string_view text;  ///< behind it
};

/// Where the text begins behind "FILE.c:FUNCTION():LINE (bin=PATH, pid=PID)" or what is left of it. The path
/// may have anything in it.
std::size_t end_of_place(std::string_view line)
{
    constexpr std::size_t longest = 127;
    constexpr std::string_view pid = "pid=";
    constexpr std::string_view end_of_pid = "): ";
    for (std::size_t at = line.find(pid); at < longest; at = line.find(pid, at + 1)) {
        const std::size_t end = line.find_first_not_of(decimal, at + pid.size());
        if (end > at + pid.size() && end < longest && line.substr(end).starts_with(end_of_pid))
            return end + end_of_pid.size();
    }
    const bool is_cut = line.size() > longest && line.substr(longest).starts_with(": ");
    return is_cut ? longest + 2 : line.npos;
}

/// "FILE.c:FUNCTION():LINE (pid=PID): TEXT"
std::optional<Place> place_of(std::string_view line)
{
    const std::size_t text = end_of_place(line);
    const std::size_t file = line.find(".c:");
    const std::size_t function = line.find("():");
    const std::size_t bracket = line.find(" (");
    if (text == line.npos || bracket > text || !(file < function && function < bracket))
        return std::nullopt;
    const std::string_view name = line.substr(file + 3, function - file - 3);
    const bool is_one = is_name(line.substr(0, file)) && is_name(name) &&
                        is_number(line.substr(function + 3, bracket - function - 3));
    return is_one ? std::optional(Place{name, line.substr(text)}) : std::nullopt;
}

/// The only one of these that we take in (Interactive use).
bool says_of_escape(std::string_view line)
{
    return without_end(line).ends_with(": filter stops");
}

bool has_name(const Place& place)
{
    return std::ranges::any_of(with_name, [&place](const NamedWords& one) {
        return one.function == place.function && place.text.starts_with(one.begins);
    });
}

}  // namespace

bool can_force_log(const SshConfig& config)
{
    return config.value("logverbose") == "none" && !config.value("sessiontype").empty();
}

std::string_view forced_log_at(SshLogLevel level)
{
    if (level == SshLogLevel::quiet)
        return "!nchan.c:*,!misc.c:set_*,!misc.c:unset_*,!channels.c:channel_*window*,"
               "!channels.c:channel_garbage*,!channels.c:channel_input_extended*,"
               "!channels.c:channel_handle_efd*,!kex.c:kex_buf2prop*,*";
    // None of these says words of a server's.
    return "sshconnect.c:ssh_login*,sshconnect2.c:ssh_userauth2*,ssh.c:ssh_confirm_remote_forward*,"
           "channels.c:channel_handle_rfd*";
}

std::optional<LoggedLine> ForcedLog::take(std::string_view line)
{
    if (!level_)
        return LoggedLine{std::string(line)};
    const std::string_view level = level_of(line);
    const auto place = place_of(line.substr(level.size()));
    if (!place && has_begun_ && *level_ == SshLogLevel::quiet)
        return std::nullopt;
    if (!place)
        return LoggedLine{std::string(line), true};
    has_begun_ = true;
    if (!level.empty() && !level.starts_with("debug1") && !says_of_escape(line))
        return std::nullopt;
    return LoggedLine{has_name(*place) ? fmt::format("{}{}: {}", level, place->function, place->text)
                                       : fmt::format("{}{}", level, place->text)};
}

}  // namespace autossh
