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
    case FailureClass::shut_out: return "shut out";
    case FailureClass::job_not_running: return "job not running";
    case FailureClass::job_held: return "job held";
    case FailureClass::job_gone: return "job gone";
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
    case FailureClass::name_not_found: return "correct the name, or this machine's DNS (getent hosts NAME)";
    case FailureClass::no_route: return "check this machine's network, routes and VPN (ip route get ADDRESS)";
    case FailureClass::refused: return "start sshd on the server, or name the port that it has: -p PORT";
    case FailureClass::timed_out:
        return "check that the server is up and no firewall drops its port (nc -vz HOST PORT)";
    case FailureClass::connection_lost:
        return "if it comes again, look for a restart or a message in the server's log (journalctl -u ssh)";
    case FailureClass::key_exchange:
        return "if it is sshd that answers, update the older of the two OpenSSHs: none of their algorithms "
               "agree";
    case FailureClass::host_key_unknown:
        return "connect once by hand as the same user, compare the fingerprint, and accept the key";
    case FailureClass::host_key_changed:
        return "if the server's administrator confirms the change: ssh-keygen -R HOST";
    case FailureClass::authentication_refused:
        return "check the user name and the secret, and that our public key is in its authorized_keys";
    case FailureClass::key_unusable:
        return "name a key file that exists and is our user's own (chmod 600 FILE): -i FILE";
    case FailureClass::agent_unreachable:
        return "start the agent and load the key (ssh-add), or name a key file that needs none: -i FILE";
    case FailureClass::forward_refused:
        return "on the server, see whose the port is (ss -ltnp), and AllowTcpForwarding in its sshd_config";
    case FailureClass::local_port_in_use:
        return "end the program that has the port (ss -ltnp), or take another";
    case FailureClass::bad_configuration:
        return "correct ssh's options or its configuration file; ssh -G HOST shows the error, too";
    case FailureClass::needs_person:
        return "log in by hand: start with -f at a terminal; or let --secret-command make the codes";
    case FailureClass::secret_unavailable:
        return "try the source of the secret by hand, as the same user; --secret-for says what it is for";
    case FailureClass::shut_out:
        return "wait 10 minutes; on the server, PerSourcePenaltyExemptList in sshd_config exempts this "
               "address";
    case FailureClass::job_not_running: return "condor_q -better-analyze JOB says why, if it stays idle";
    case FailureClass::job_held: return "mend the reason, then condor_release JOB";
    case FailureClass::job_gone:
        return "submit the job anew, and name the new one; condor_history JOB says how it ended";
    case FailureClass::other: return "";
    }
    return "";
}

}  // namespace autossh
