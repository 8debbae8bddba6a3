#include "autossh/ssh/control_socket.hpp"

#include "autossh/base/socket_address.hpp"

#include <sys/un.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// ssh makes the socket under another name first, with 17 characters more (mux.c).
constexpr std::size_t longest_control_path = sizeof(sockaddr_un::sun_path) - 1 - 17;

}  // namespace

namespace {

bool wants_master(const SshConfig& config)
{
    const std::string master = config.value("controlmaster");
    return !master.empty() && master != "false" && master != "no";
}

bool has_only_forwards(const SshChoices& choices, const SshConfig& config)
{
    return choices.no_session || config.value("sessiontype") == "none";
}

}  // namespace

std::string master_path(const SshChoices& choices, const SshConfig& config)
{
    const std::string path = config.value("controlpath");
    return wants_master(config) && choices.sharing == Sharing::unasked && path.starts_with('/') ? path : "";
}

Sharing sharing_in_fact(Sharing asked, ControlSocket control_socket)
{
    switch (control_socket) {
    case ControlSocket::joined: return Sharing::by_path;
    case ControlSocket::free:
    case ControlSocket::avoided: return Sharing::unasked;
    case ControlSocket::unused: break;
    }
    return asked;
}

ControlSocket control_socket(const ControlFacts& facts)
{
    if (facts.is_named && !facts.never_restarted && (facts.is_answered || facts.is_master))
        return facts.is_answered ? ControlSocket::avoided : ControlSocket::free;
    if (!facts.is_wanted)
        return ControlSocket::unused;
    if (facts.never_restarted)
        return ControlSocket::joined;
    return facts.only_forwards && !facts.is_answered ? ControlSocket::free : ControlSocket::unused;
}

namespace {

ControlLine line_at(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                    const std::string& directory, ControlSocket control_socket)
{
    const bool only_forwards =
        (choices.no_session && !choices.forwards_stdio) || config.value("sessiontype") == "none";
    const bool is_wanted = only_forwards && !choices.subsystem && settings.restart != RestartPolicy::none;
    if (!is_wanted || choices.sharing != Sharing::unasked || control_socket == ControlSocket::joined)
        return {};
    const bool asks_user = config.value("updatehostkeys") == "ask";
    if (control_socket == ControlSocket::free)
        return {.path = master_path(choices, config),
                .reason_against = "",
                .is_guarded = config.value("controlmaster").ends_with("ask"),
                .asks_user = asks_user};
    if (directory.empty())
        return {};
    const std::string path = directory + "/master";
    if (path.size() > longest_control_path)
        return {.path = "",
                .reason_against = fmt::format("the path of {} is too long for a socket of ssh's", path)};
    if (path.find_first_of("\"\\$") != std::string::npos)
        return {.path = "",
                .reason_against = fmt::format("the path of {} has a character in it that ssh takes "
                                              "for its own",
                                              path)};
    return {.path = path, .reason_against = "", .asks_user = asks_user};
}

}  // namespace

ControlLine control_line(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                         const std::string& directory, ControlSocket control_socket)
{
    ControlLine line = line_at(settings, choices, config, directory, control_socket);
    if (control_socket == ControlSocket::avoided)
        line.avoided = config.value("controlpath");
    return line;
}

std::string as_control_path(const std::string& path)
{
    std::string word;
    for (const char c : path)
        word += c == '%' ? "%%" : std::string(1, c);
    return path.find_first_of(" \t'=#") == std::string::npos ? word : fmt::format("\"{}\"", word);
}

ControlFacts control_facts(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config)
{
    const std::string path = config.value("controlpath");
    if (settings.share)  // then a link at that path leads to our control line
        return {};
    ControlFacts facts{.is_wanted = !master_path(choices, config).empty(),
                       .is_named = choices.sharing == Sharing::by_path && path.starts_with('/') &&
                                   has_only_forwards(choices, config) && !choices.forwards_stdio,
                       .is_master = wants_master(config),
                       .only_forwards = has_only_forwards(choices, config),
                       .never_restarted = settings.restart == RestartPolicy::none};
    facts.is_answered = (facts.is_wanted || facts.is_named) && takes_connections(path);
    return facts;
}

}  // namespace autossh
