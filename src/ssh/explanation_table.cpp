#include "autossh/ssh/explanation_table.hpp"

#include "autossh/base/text_pool.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace autossh {

namespace {

using enum FailureClass;

// No remedy may make the connection less safe: none turns a check off. The command to type comes first.
constexpr ExplainedCause table[] = {
    {Cause::name_unknown, name_not_found, "{told}",
     "correct the name {subject}, or enter it in DNS or /etc/hosts (getent hosts {subject})"},
    {Cause::name_server_silent, name_not_found, "{told}",
     "check this machine's DNS (getent hosts {subject}), or give the address in place of the name"},
    {Cause::no_such_family, name_not_found,
     "{subject} has no address of the family asked for (-4, -6, AddressFamily)",
     "take -4, -6 or AddressFamily out"},
    {Cause::only_ipv6, no_route, "{host} has only IPv6 ({address}), and this machine has no way there",
     "give this machine an IPv6 route (ip -6 route), or the server an IPv4 address"},
    {Cause::no_route, no_route, "{told}",
     "check this machine's network, routes and VPN (ip route get {address})"},
    {Cause::source_missing, no_route, "{told}",
     "ip address shows which there are; correct -b or -B (BindAddress, BindInterface)"},
    {Cause::refused, refused, "{told}", "start sshd on {subject}, or name the port that it has: -p PORT"},
    {Cause::no_answer, timed_out, "{told}",
     "check that {host} is up and no firewall drops port {port} (nc -vz {host} {port})"},
    {Cause::schedd_silent, timed_out, "{told}",
     "condor_q must answer here; condor_status -schedd lists the schedds that run"},
    {Cause::job_session_used_up, connection_lost,
     "this session of condor_ssh_to_job is over: it serves one connection",
     "in place of condor_ssh_to_job -ssh autossh: autossh --ssh condor-ssh OPTIONS JOB"},
    // Of whatever class the failure is.
    {Cause::match_program_missing, other, "{told}; and Match exec has no program {program}",
     "install {program}, or correct Match exec in ssh's configuration"},
    {Cause::proxy_program_missing, connection_lost, "ProxyCommand: there is no program {program}",
     "install {program}, or correct ProxyCommand"},
    {Cause::jump_host, connection_lost, "the jump host does not let us through{stray}",
     "try it alone: {jump}"},
    {Cause::proxy_command, connection_lost, "the ProxyCommand has ended{stray}", "try it alone: {proxy}"},
    {Cause::too_many_startups, connection_lost,
     "{host} port {port} has too many log-ins going on (Exceeded MaxStartups)",
     "raise MaxStartups in the server's sshd_config, and reload sshd"},
    {Cause::shut_out, shut_out,
     "{host} port {port} shuts out this address for a while (Not allowed at this time)",
     "wait 10 minutes; on the server, PerSourcePenaltyExemptList in sshd_config exempts this address"},
    {Cause::web_server, key_exchange, "a web server and no sshd answers at {host} port {port} ({greeting})",
     "name the port that sshd has: -p PORT"},
    {Cause::no_sshd, key_exchange, "no sshd answers at {host} port {port} ({greeting})",
     "name the port that sshd has: -p PORT"},
    {Cause::no_common_algorithm, key_exchange, "{told}",
     "have {option} here and in the server's sshd_config share one (update the older OpenSSH)"},
    {Cause::no_greeting, connection_lost,
     "{host} port {port} closes the connection before its greeting: a ban, or too many log-ins",
     "on the server, look for a ban (fail2ban-client status sshd) and for MaxStartups (journalctl -u ssh)"},
    {Cause::account_expired, authentication_refused, "the account {user} on {host} has expired",
     "have its administrator renew it: chage -E -1 {user}"},
    {Cause::account_closed, connection_lost, "{host} takes our key, but does not let {user} in{said}",
     "see there: cat /etc/nologin /run/nologin; chage -l {user}; journalctl -u ssh"},
    {Cause::host_key_unknown, host_key_unknown, "{told}",
     "ssh {login}, compare the fingerprint with the server's administrator, and accept the key"},
    {Cause::host_key_unknown_elsewhere, host_key_unknown, "{told}",
     "run its ssh by hand, with its -F and -o; accept the key if its administrator confirms the fingerprint"},
    {Cause::host_key_changed, host_key_changed, "{told}",
     "ssh-keygen -f {file} -R '{spec}', if its administrator confirms the change"},
    {Cause::key_missing, key_unusable, "no key was offered: {missing}",
     "name a key file that exists: -i FILE"},
    {Cause::key_is_public, key_unusable, "{subject} is the public part of a key",
     "name the private part: -i {private}"},
    {Cause::key_permissions, key_unusable, "{told}", "chmod 600 {subject}"},
    {Cause::key_passphrase, key_unusable, "{told}",
     "ssh-add {key}, or give the passphrase: --secret-for '{key}=file:PATH'"},
    {Cause::certificate_invalid, key_unusable, "{told}",
     "have a new certificate made, and see to this machine's clock (date)"},
    {Cause::key_not_accepted, authentication_refused, "{host} does not accept the key {key} for {user}",
     "ssh-copy-id -i {key} {login}; or correct the user name {user}"},
    {Cause::keys_not_accepted, authentication_refused, "{host} accepts none of our {count} keys for {user}",
     "ssh-copy-id -i KEYFILE {login}; or correct the user name {user}"},
    {Cause::no_key, authentication_refused,
     "no key was offered to {host}: there is none, here or in an agent",
     "name a key file: -i FILE; or load one into the agent: ssh-add FILE (ssh-add -X if it is locked)"},
    {Cause::too_many_keys, authentication_refused, "{told}",
     "offer the right key alone: -o IdentitiesOnly=yes -i KEYFILE"},
    {Cause::agent_gone, agent_unreachable, "{told}",
     "start the agent and load the key (ssh-add), or name a key file that needs none: -i FILE"},
    {Cause::password_wanted, authentication_refused,
     "{host} wants the password of {user}, and none was given",
     "--secret-file FILE, with the password of {user}@{host} in it"},
    {Cause::answers_wanted, authentication_refused,
     "{host} wants answers from {user} ({methods}), and none came",
     "give the answer with --secret-file FILE, or start with -f at a terminal"},
    {Cause::second_factor, authentication_refused,
     "{host} wants a second factor from {user} ({methods}), and none was given",
     "--secret-file FILE, or --secret-command for a code that changes, or start with -f at a terminal"},
    {Cause::sshpass_used_up, authentication_refused,
     "sshpass answers once, and {host} asks for the password of {user} again",
     "leave sshpass out, and give the password with --secret-file FILE"},
    {Cause::server_privileged_port, forward_refused, "{told}: only root may have one below 1024",
     "take a port from 1024 on in -R, or log in as root"},
    {Cause::server_forbids, forward_refused, "{told}: {host} forbids forwarding",
     "set AllowTcpForwarding yes and DisableForwarding no in its sshd_config, and reload sshd"},
    {Cause::server_or_account_forbids, forward_refused, "{told}: {host} forbids forwarding",
     "set AllowTcpForwarding yes in its sshd_config; or give {user} a new password, if it asks for one"},
    {Cause::password_expired, forward_refused, "{told}: the password of {user} on {host} has expired",
     "log in and give it a new one: ssh -t {login}"},
    {Cause::key_forbids, forward_refused, "{told}: our key may not forward",
     "add port-forwarding to the options of our key in {place} there"},
    {Cause::server_permitlisten, forward_refused, "{told}: PermitListen leaves it out",
     "add {subject} to PermitListen in its sshd_config, and reload sshd"},
    {Cause::key_permitlisten, forward_refused, "{told}: permitlisten of our key leaves it out",
     "add permitlisten=\"{subject}\" to the options of our key in {place} there"},
    {Cause::server_forbids_sockets, forward_refused, "{told}: {host} forbids forwarding of sockets",
     "set AllowStreamLocalForwarding yes in its sshd_config, and reload sshd"},
    {Cause::server_port_taken, forward_refused, "{told}: it is in use there",
     "see whose it is there (ss -ltnp sport = :{subject}), and end that, or take another port"},
    {Cause::server_port_held, forward_refused, "{told}: it is in use, perhaps by our last session",
     "ClientAliveInterval 15 and ClientAliveCountMax 3 in its sshd_config let it go soon"},
    {Cause::server_port_half, forward_refused, "{told}: on 127.0.0.1 it is another program's",
     "see whose it is there (ss -ltnp sport = :{subject}), and end that, or take another port"},
    {Cause::server_socket_taken, forward_refused, "{told}: it is there, or cannot be made",
     "rm {subject} there, and set StreamLocalBindUnlink yes in its sshd_config"},
    {Cause::server_forbids_tunnel, forward_refused, "{told}: PermitTunnel forbids it",
     "set PermitTunnel yes in its sshd_config, and reload sshd"},
    {Cause::server_lacks_tunnel, forward_refused, "{told}: {user} cannot open it there",
     "log in as root, or have root make it there: ip tuntap add dev tunN mode tun user {user}"},
    {Cause::local_tunnel, bad_configuration, "the tunnel device cannot be opened here (-w)",
     "run as root, or have root make it: ip tuntap add dev tunN mode tun user USER"},
    {Cause::target_forbidden, forward_refused, "{told}: {host} forbids it",
     "set AllowTcpForwarding yes, and PermitOpen any, in its sshd_config, and reload sshd"},
    {Cause::key_forbids_target, forward_refused, "{told}: our key may not forward",
     "add port-forwarding to the options of our key in {place} there"},
    {Cause::key_permitopen, forward_refused, "{told}: permitopen of our key leaves it out",
     "add permitopen=\"{subject}\" to the options of our key in {place} there"},
    {Cause::stdio_target, forward_refused, "{told}",
     "see that the target of -W takes connections, and that PermitOpen on the server allows it"},
    {Cause::local_privileged_port, bad_configuration, "only root may listen on local port {subject}",
     "take a local port from 1024 on, or run as root"},
    {Cause::local_address_missing, local_port_in_use, "{told}",
     "ip address shows which there are; without one in -L it is localhost, with * all"},
    {Cause::local_port_taken, local_port_in_use, "{told}",
     "end its holder (ss -ltnp sport = :{subject}), or take another local port"},
    {Cause::local_socket_taken, local_port_in_use, "{told}", "rm {subject}, or -o StreamLocalBindUnlink=yes"},
    {Cause::local_socket_failed, bad_configuration, "{told}",
     "make the directory of {subject}, where this user may write, or take another path"},
    {Cause::configuration_modes, bad_configuration, "{told}",
     "chmod 600 {subject}; it must belong to who runs autossh, or to root"},
    // Behind a log-in, of no class.
    {Cause::no_session_allowed, other, "{host} allows no session",
     "add -N for forwards alone; or let MaxSessions in its sshd_config allow one"},
    {Cause::no_subsystem, other, "{told}",
     "name it in the server's sshd_config (Subsystem NAME PROGRAM), and reload sshd"},
    {Cause::forced_command, other, "command= of our key on {host} has ended the session",
     "add -N for forwards alone; or take command= out of {place} there"},
    {Cause::shell_ended, other, "{told}",
     "add -N for forwards alone: without it ssh runs a shell, and ends with it"},
    {Cause::bad_option, bad_configuration, "{told}", "correct it, or take it out; ssh -G HOST shows it, too"},
};

constexpr std::size_t size_of_explanations()
{
    std::size_t size = 0;
    for (const ExplainedCause& one : table)
        size += one.text.size() + one.remedy.size();
    return size;
}

/// What is kept of the table.
struct PackedExplanations {
    struct Row {
        Cause cause;
        FailureClass failure_class;
        PooledText text;
        PooledText remedy;
    };

    constexpr PackedExplanations()
    {
        for (std::size_t i = 0; i < std::size(table); ++i)
            rows[i] = {table[i].cause, table[i].failure_class, texts.add(table[i].text),
                       texts.add(table[i].remedy)};
    }

    std::array<Row, std::size(table)> rows{};
    TextPool<size_of_explanations()> texts;
};

constexpr PackedExplanations packed_explanations;

ExplainedCause unpacked(const PackedExplanations::Row& row)
{
    const char* const texts = packed_explanations.texts.data();
    return {row.cause, row.failure_class, row.text.in(texts), row.remedy.in(texts)};
}

}  // namespace

std::vector<ExplainedCause> explanations()
{
    std::vector<ExplainedCause> all;
    std::ranges::transform(packed_explanations.rows, std::back_inserter(all), unpacked);
    return all;
}

ExplainedCause explanation_of(Cause cause)
{
    return unpacked(*std::ranges::find(packed_explanations.rows, cause, &PackedExplanations::Row::cause));
}

}  // namespace autossh
