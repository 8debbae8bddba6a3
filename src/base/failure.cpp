#include "autossh/base/failure.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>

namespace autossh {

std::string_view name(FailureClass failure)
{
    switch (failure) {
    case FailureClass::name_not_found: return "name not found";
    case FailureClass::no_route: return "no route";
    case FailureClass::refused: return "refused";
    case FailureClass::timed_out: return "timed out";
    case FailureClass::connection_lost: return "connection lost";
    case FailureClass::key_exchange: return "key exchange";
    case FailureClass::host_key_unknown: return "host key unknown";
    case FailureClass::host_key_changed: return "host key changed";
    case FailureClass::authentication_refused: return "authentication refused";
    case FailureClass::key_unusable: return "key unusable";
    case FailureClass::agent_unreachable: return "agent unreachable";
    case FailureClass::forward_refused: return "forward refused";
    case FailureClass::local_port_in_use: return "local port in use";
    case FailureClass::bad_configuration: return "bad configuration";
    case FailureClass::needs_person: return "needs a person";
    case FailureClass::secret_unavailable: return "secret unavailable";
    case FailureClass::other: return "other";
    }
    return "other";
}

std::optional<FailureClass> failure_class(std::string_view name)
{
    std::string wanted = lower_case(name);
    std::ranges::replace_if(
        wanted, [](char c) { return c == '-' || c == '_'; }, ' ');
    for (int i = 0; i < static_cast<int>(FailureClass::other); ++i)
        if (autossh::name(static_cast<FailureClass>(i)) == wanted)
            return static_cast<FailureClass>(i);
    return std::nullopt;
}

int exit_status(FailureClass failure)
{
    constexpr int lowest = 10;  // 1 and 2 have meanings of their own
    return lowest + static_cast<int>(failure);
}

bool needs_mending(FailureClass failure)
{
    switch (failure) {
    case FailureClass::host_key_unknown:
    case FailureClass::host_key_changed:
    case FailureClass::authentication_refused:
    case FailureClass::key_unusable:
    case FailureClass::agent_unreachable:
    case FailureClass::needs_person:
    case FailureClass::secret_unavailable: return true;
    default: return false;
    }
}

// No remedy may make the connection less safe: none turns a check off.
std::string_view remedy(FailureClass failure)
{
    switch (failure) {
    case FailureClass::name_not_found:
        return "check the spelling of the name and this machine's DNS (getent hosts NAME)";
    case FailureClass::no_route: return "check this machine's network, its routes and the VPN";
    case FailureClass::refused:
        return "check that sshd runs on the server, and that the port is the right one";
    case FailureClass::timed_out:
        return "check that the server is up, and that no firewall on the way drops the connection";
    case FailureClass::connection_lost:
        return "if it comes again, look for a restart or a message in the server's log of sshd, and for a "
               "router that drops idle connections (ServerAliveInterval)";
    case FailureClass::key_exchange:
        return "check that it is sshd that listens there; if so, update the older of the two sides so that "
               "they have algorithms in common";
    case FailureClass::host_key_unknown:
        return "connect once by hand as the same user, compare the fingerprint with the server's "
               "administrator and "
               "accept the key";
    case FailureClass::host_key_changed:
        return "check with the server's administrator; if the change is right, remove the old key with "
               "ssh-keygen -R HOST";
    case FailureClass::authentication_refused:
        return "check the user name, and that our public key is in the server's authorized_keys; with many "
               "keys in the agent set IdentityFile and IdentitiesOnly yes; with a secret, check that it is "
               "the "
               "right one";
    case FailureClass::key_unusable:
        return "use a key file that exists, belongs to the user with mode 0600 and needs no passphrase, or "
               "load it into an agent, or give its passphrase (--secret-for)";
    case FailureClass::agent_unreachable:
        return "start the agent and load the key (ssh-add), or name a key file that needs no agent "
               "(IdentityFile)";
    case FailureClass::forward_refused:
        return "a dead session of ours may hold the port until the server notices; it notices soon with "
               "ClientAliveInterval 15 and ClientAliveCountMax 3 in its sshd_config; else check there "
               "AllowTcpForwarding, PermitListen and GatewayPorts, and whose the port is (of a socket: "
               "StreamLocalBindUnlink yes)";
    case FailureClass::local_port_in_use:
        return "stop the program that has the port (ss -ltnp), remove the socket left behind "
               "(StreamLocalBindUnlink yes), or choose another";
    case FailureClass::bad_configuration:
        return "correct ssh's options or its configuration file; try ssh -G HOST";
    case FailureClass::needs_person:
        return "log in by hand: start autossh with -f at a terminal, or give it a command that makes the "
               "codes "
               "(--secret-command), or say which question a secret is for: "
               "--secret-for 'USER@HOST QUESTION=SOURCE'";
    case FailureClass::secret_unavailable:
        return "try the source of the secret by hand, as the same user; say with --secret-for whom or what "
               "it "
               "is for; and let RUNTIME_DIRECTORY or TMPDIR name a directory where sockets can be made";
    case FailureClass::other: return "";
    }
    return "";
}

}  // namespace autossh
