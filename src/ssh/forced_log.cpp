#include "autossh/ssh/forced_log.hpp"

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

constexpr std::array<NamedWords, 11> with_name{{
    {"kex_exchange_identification", "banner line "},
    {"kex_exchange_identification", "Connection closed by remote host"},
    {"kex_exchange_identification", "read: "},
    {"kex_exchange_identification", "client sent "},
    {"channel_setup_fwd_listener_tcpip", "getaddrinfo("},
    {"channel_setup_fwd_listener_tcpip", "cannot listen to port: "},
    {"unix_listener", "cannot "},
    {"channel_connect_stdio_fwd", ""},
    {"client_loop", "send disconnect: "},
    {"client_request_forwarded_tcpip", "listen "},
    {"ssh_tun_confirm", "tunnel forward established"},
}};

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
    return !text.empty() && text.find_first_not_of("0123456789") == text.npos;
}

struct Place {
    std::string_view function;
    std::string_view text;  ///< behind it
};

/// "FILE.c:FUNCTION():LINE (pid=PID): TEXT"
std::optional<Place> place_of(std::string_view line)
{
    const std::size_t end = line.find("): ");
    const std::string_view place = line.substr(0, end);
    const std::size_t file = place.find(".c:");
    const std::size_t function = place.find("():");
    const std::size_t bracket = place.find(" (");
    const std::size_t pid = place.rfind("pid=");
    if (end == line.npos || file == place.npos || function == place.npos || bracket == place.npos ||
        pid == place.npos || !(file + 3 < function && function + 3 < bracket && bracket < pid))
        return std::nullopt;
    const std::string_view name = place.substr(file + 3, function - file - 3);
    const bool is_one = is_name(place.substr(0, file)) && is_name(name) &&
                        is_number(place.substr(function + 3, bracket - function - 3)) &&
                        is_number(place.substr(pid + 4));
    return is_one ? std::optional(Place{name, line.substr(end + 3)}) : std::nullopt;
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
               "!channels.c:channel_garbage*,!kex.c:kex_buf2prop*,*";
    // What these say themselves at ERROR has no name of theirs in front: it is passed on as ssh says it.
    return "sshconnect.c:ssh_connect_direct()*,sshconnect2.c:ssh_userauth2()*,clientloop.c:client_loop()*,"
           "ssh.c:ssh_confirm_remote_forward()*,packet.c:ssh_packet_read_poll_seqnr()*";
}

std::optional<std::string> as_at_debug1(std::string_view line)
{
    const std::string_view level = level_of(line);
    const auto place = place_of(line.substr(level.size()));
    if (!place)
        return std::string(line);
    if (!level.empty() && !level.starts_with("debug1"))
        return std::nullopt;
    return has_name(*place) ? fmt::format("{}{}: {}", level, place->function, place->text)
                            : fmt::format("{}{}", level, place->text);
}

}  // namespace autossh
