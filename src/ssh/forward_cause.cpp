#include "autossh/ssh/forward_cause.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/loopback_proof.hpp"

#include <algorithm>
#include <string>

namespace autossh {

namespace {

bool is_number(const std::string& text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_privileged(const std::string& port)
{
    return is_number(port) && parse_integer(port).value_or(0) < 1024;
}

/// pam_unix: "You are required to change your password immediately (password expired)."
bool wants_new_password(const SshCircumstances& known)
{
    return says(known, "password", "change") || says(known, "password", "expired");
}

std::optional<Cause> of_refused_port(const SshMessage& reason, const SshCircumstances& known,
                                     const KeyCircumstances& keys)
{
    if (is_refusal_on_loopback(reason))
        return Cause::server_port_half;
    const bool path = reason.subject.starts_with('/');
    if (is_privileged(reason.subject) && !known.user.empty() && known.user != "root")
        return Cause::server_privileged_port;
    if (has(known.remote_words, "disabled port forwarding")) {
        const bool key_may = known.key_place.empty() || has(known.key_options, " port-forwarding");
        if (key_may && wants_new_password(known))
            return Cause::password_expired;
        if (key_may && !keys.past_log_is_read)
            return Cause::server_or_account_forbids;
        return key_may ? Cause::server_forbids : Cause::key_forbids;
    }
    if (has(known.remote_words, "port forwarding refused"))
        return has(known.key_options, " permitlisten") ? Cause::key_permitlisten : Cause::server_permitlisten;
    if (has(known.remote_words, "disabled streamlocal"))
        return Cause::server_forbids_sockets;
    if (known.host.empty() || (!path && !is_number(reason.subject)))
        return std::nullopt;
    if (path)
        return Cause::server_socket_taken;
    return keys.port_was_ours ? Cause::server_port_held : Cause::server_port_taken;
}

std::optional<Cause> of_target(const SshMessage& reason, const SshCircumstances& known)
{
    if (!reason.failure.cause.starts_with("administratively prohibited"))
        return std::nullopt;
    if (has(known.key_options, " permitopen"))
        return Cause::key_permitopen;
    const bool key_may = known.key_place.empty() || has(known.key_options, " port-forwarding");
    if (key_may && wants_new_password(known))
        return Cause::password_expired;
    return key_may ? Cause::target_forbidden : Cause::key_forbids_target;
}

}  // namespace

bool says(const SshCircumstances& known, std::string_view subject, std::string_view what)
{
    const std::string words = lower_case(known.stray_words);
    return has(words, subject) && has(words, what);
}

std::optional<Cause> cause_of_refused_forward(const SshMessage& reason, const SshCircumstances& known,
                                              const KeyCircumstances& keys)
{
    const bool of_place = !drops_all_forwards(reason) && reason.subject != tunnel_device;
    if (reason.kind == SshMessage::Kind::forward_refused && of_place)
        return of_refused_port(reason, known, keys);
    if (reason.kind == SshMessage::Kind::target_dead)
        return of_target(reason, known);
    if (has(reason.failure.cause, "the target of -W"))
        return Cause::stdio_target;
    if (has(known.remote_words, "rejected tunnel device"))
        return Cause::server_forbids_tunnel;
    if (has(known.remote_words, "Failed to open the tunnel device"))
        return Cause::server_lacks_tunnel;
    return std::nullopt;
}

std::optional<Cause> cause_of_local_forward(const SshMessage& reason)
{
    if (has(reason.failure.cause, "no interface has the address"))
        return Cause::local_address_missing;
    if (reason.failure.failure_class == FailureClass::local_port_in_use && is_number(reason.subject))
        return Cause::local_port_taken;
    if (has(reason.failure.cause, "below 1024") || has(reason.failure.cause, "we may not listen"))
        return is_number(reason.subject) ? std::optional(Cause::local_privileged_port) : std::nullopt;
    if (!reason.subject.starts_with('/') || !has(reason.failure.cause, "local socket"))
        return std::nullopt;
    return has(reason.failure.cause, "is in use") ? Cause::local_socket_taken : Cause::local_socket_failed;
}

}  // namespace autossh
