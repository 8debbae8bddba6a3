#include "autossh/ssh/control_socket.hpp"

#include "autossh/base/socket_address.hpp"

#include <sys/un.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// ssh makes the socket under another name first, with 17 characters more (mux.c).
constexpr std::size_t longest_control_path = sizeof(sockaddr_un::sun_path) - 1 - 17;

}  // namespace

std::string master_path(const SshChoices& choices, const SshConfig& config)
{
    const std::string master = config.value("controlmaster");
    const bool is_master = !master.empty() && master != "false" && master != "no";
    const std::string path = config.value("controlpath");
    return is_master && choices.sharing == Sharing::unasked && path.starts_with('/') ? path : "";
}

ControlSocket control_socket(const ControlFacts& facts)
{
    if (!facts.is_wanted)
        return ControlSocket::unused;
    if (facts.never_restarted)
        return ControlSocket::joined;
    return facts.only_forwards && !facts.is_answered ? ControlSocket::free : ControlSocket::unused;
}

ControlLine control_line(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
                         const std::string& directory, ControlSocket control_socket)
{
    const bool only_forwards =
        (choices.no_session && !choices.forwards_stdio) || config.value("sessiontype") == "none";
    const bool is_wanted = only_forwards && !choices.subsystem && settings.restart != RestartPolicy::none;
    if (!is_wanted || choices.sharing != Sharing::unasked || control_socket == ControlSocket::joined)
        return {};
    const bool asks_user = config.value("updatehostkeys") == "ask";
    if (control_socket == ControlSocket::free)
        return {.path = master_path(choices, config), .reason_against = "", .asks_user = asks_user};
    if (directory.empty())
        return {};
    const std::string path = directory + "/control";
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

std::string as_control_path(const std::string& path)
{
    std::string word;
    for (const char c : path)
        word += c == '%' ? "%%" : std::string(1, c);
    return path.find_first_of(" \t'=#") == std::string::npos ? word : fmt::format("\"{}\"", word);
}

ControlFacts control_facts(const TunnelSettings& settings, const SshConfig& config)
{
    const SshChoices choices = choices_of(settings.ssh);
    const std::string path = master_path(choices, config);
    if (path.empty())
        return {};
    return {.is_wanted = true,
            .is_answered = takes_connections(path),
            .only_forwards = choices.no_session || config.value("sessiontype") == "none",
            .never_restarted = settings.restart == RestartPolicy::none};
}

}  // namespace autossh
