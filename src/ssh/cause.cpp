#include "autossh/ssh/cause.hpp"

#include "autossh/ssh/forward_cause.hpp"

#include <algorithm>
#include <string_view>

namespace autossh {

namespace {

using enum FailureClass;

std::optional<Cause> of_name(const SshMessage& reason)
{
    if (has(reason.failure.cause, "Temporary failure in name resolution"))
        return Cause::name_server_silent;
    if (has(reason.failure.cause, "Address family for hostname not supported") ||
        has(reason.failure.cause, "No address associated with hostname"))
        return Cause::no_such_family;
    return reason.subject.empty() ? std::nullopt : std::optional(Cause::name_unknown);
}

/// By PAM's account, /etc/nologin, AllowUsers of a newer sshd: behind the log-in's own checks.
std::optional<Cause> of_closed_log_in(const SshMessage& reason, const SshCircumstances& known)
{
    const bool by_server = reason.failure.cause.starts_with("connection closed by ");
    if (known.logged_in || known.first_factor || known.accepted.empty() || !by_server)
        return std::nullopt;
    return says(known, "account", "expired") ? Cause::account_expired : Cause::account_closed;
}

std::optional<Cause> of_lost_connection(const SshMessage& reason, const SshCircumstances& known,
                                        const KeyCircumstances& keys)
{
    if (!known.no_greeting)
        return of_closed_log_in(reason, known);
    if (!known.proxy_command.empty() && !keys.missing_program.empty())
        return Cause::proxy_program_missing;
    // condor_ssh_to_job -ssh autossh; condor-ssh has a new one for each ssh.
    if (has(known.proxy_command, "condor_ssh_to_job\" \"-proxy\"") &&
        !has(known.proxy_command, "/condor-ssh."))
        return Cause::job_session_used_up;
    if (!known.proxy_command.empty())
        return known.jumps ? Cause::jump_host : Cause::proxy_command;
    if (known.host.empty())
        return std::nullopt;
    if (has(known.greeting, "MaxStartups"))
        return Cause::too_many_startups;
    if (known.greeting.starts_with("Not allowed at this time"))
        return Cause::shut_out;
    if (known.greeting.starts_with("HTTP/"))
        return Cause::web_server;
    if (!known.greeting.empty())
        return Cause::no_sshd;
    return Cause::no_greeting;
}

/// A log-in that is refused in the end.
std::optional<Cause> of_denial(const SshMessage& reason, const SshCircumstances& known,
                               const KeyCircumstances& keys)
{
    if (has(reason.failure.cause, "too many keys"))
        return Cause::too_many_keys;
    if (reason.weight != denied || known.user.empty())
        return std::nullopt;
    const bool takes_password = has(known.methods, "password");
    const bool takes_answers = takes_password || has(known.methods, "keyboard-interactive");
    if (keys.under_sshpass && takes_answers)
        return Cause::sshpass_used_up;
    if (known.first_factor)
        return Cause::second_factor;
    if (!has(known.methods, "publickey") && takes_answers)
        return takes_password ? Cause::password_wanted : Cause::answers_wanted;
    if (known.offered.size() > 1)
        return Cause::keys_not_accepted;
    if (!known.offered.empty())
        return known.offered.front().starts_with('/') ? Cause::key_not_accepted : Cause::keys_not_accepted;
    if (!keys.missing_key.empty())
        return Cause::key_missing;
    if (reason.failure.cause.starts_with(no_key_is_enough) && !known.agent_is_empty)
        return has(reason.failure.cause, "for the password of ") ? Cause::password_wanted
                                                                 : Cause::answers_wanted;
    return has(known.methods, "publickey") ? std::optional(Cause::no_key) : std::nullopt;
}

std::optional<Cause> of_ended_session(const SshMessage& reason, const SshCircumstances& known)
{
    if (reason.failure.cause == no_session_allowed)
        return Cause::no_session_allowed;
    if (has(reason.failure.cause, "does not have the subsystem"))
        return Cause::no_subsystem;
    if (reason.kind != SshMessage::Kind::session_over)
        return std::nullopt;
    if (has(known.key_options, " command"))
        return Cause::forced_command;
    return reason.failure.cause == shell_has_ended ? std::optional(Cause::shell_ended) : std::nullopt;
}

std::optional<Cause> of_configuration(const SshMessage& reason)
{
    if (has(reason.failure.cause, "tunnel device"))
        return Cause::local_tunnel;
    if (reason.kind == SshMessage::Kind::local_port_in_use)
        return cause_of_local_forward(reason);
    if (has(reason.failure.cause, "bad owner or permissions"))
        return Cause::configuration_modes;
    return has(reason.failure.cause, "bad option") ? std::optional(Cause::bad_option) : std::nullopt;
}

std::optional<Cause> of_key(const SshMessage& reason)
{
    if (reason.subject.ends_with(".pub"))
        return Cause::key_is_public;
    if (has(reason.failure.cause, "cannot be read: "))
        return Cause::key_missing;
    return has(reason.failure.cause, "too open") ? std::optional(Cause::key_permissions) : std::nullopt;
}

}  // namespace

bool is_lasting(Cause cause)
{
    switch (cause) {
    case Cause::server_privileged_port:
    case Cause::server_forbids:
    case Cause::server_or_account_forbids:
    case Cause::password_expired:
    case Cause::key_forbids:
    case Cause::server_permitlisten:
    case Cause::key_permitlisten:
    case Cause::server_forbids_sockets:
    case Cause::server_forbids_tunnel:
    case Cause::server_lacks_tunnel: return true;
    default: return false;
    }
}

std::optional<Cause> cause_of(const SshMessage& reason, const SshCircumstances& known,
                              const KeyCircumstances& keys)
{
    switch (reason.failure.failure_class) {
    case name_not_found: return of_name(reason);
    case no_route:
        if (reason.failure.cause.starts_with("cannot connect from "))
            return Cause::source_missing;
        if (known.only_ipv6 && !has(known.host, ":"))
            return Cause::only_ipv6;
        return known.address.empty() ? std::nullopt : std::optional(Cause::no_route);
    case refused: return reason.subject.empty() ? std::nullopt : std::optional(Cause::refused);
    case timed_out:
        if (reason.failure.cause.starts_with(schedd_is_silent))
            return Cause::schedd_silent;
        return known.port.empty() || known.host.empty() ? std::nullopt : std::optional(Cause::no_answer);
    case connection_lost: return of_lost_connection(reason, known, keys);
    case host_key_unknown:
        if (keys.known_hosts_elsewhere || !known.host_key_alias.empty())
            return Cause::host_key_unknown_elsewhere;
        return known.user.empty() ? std::nullopt : std::optional(Cause::host_key_unknown);
    case host_key_changed:
        return known.known_host.empty() ? std::nullopt : std::optional(Cause::host_key_changed);
    case authentication_refused: return of_denial(reason, known, keys);
    case key_unusable: return of_key(reason);
    case forward_refused: return cause_of_refused_forward(reason, known, keys);
    case local_port_in_use: return cause_of_local_forward(reason);
    case key_exchange:
        return reason.subject.empty() ? std::nullopt : std::optional(Cause::no_common_algorithm);
    case bad_configuration: return of_configuration(reason);
    case other: return of_ended_session(reason, known);
    default: return std::nullopt;
    }
}

}  // namespace autossh
