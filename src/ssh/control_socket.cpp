#include "autossh/ssh/control_socket.hpp"

#include "autossh/base/socket_address.hpp"

namespace autossh {

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
