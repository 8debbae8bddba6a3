// Why an ssh could not connect or did not stay: classes of failure, each with a name and a remedy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// In the words of the manual, "Diagnostics".
enum class FailureClass {
    name_not_found,
    no_route,
    refused,
    timed_out,
    connection_lost,
    key_exchange,
    host_key_unknown,
    host_key_changed,
    authentication_refused,
    key_unusable,
    agent_unreachable,
    forward_refused,
    local_port_in_use,
    bad_configuration,
    needs_person,        ///< ssh asks what only a person can answer
    secret_unavailable,  ///< ssh asks for a secret whose source gives none
    shut_out,            ///< the server takes no connection from this address for a while
    job_not_running,     ///< the job of a batch system that ssh is to enter waits, starts or is suspended
    job_held,            ///< somebody must release it
    job_gone,            ///< it has ended or was removed: no ssh can enter it again
    other,               ///< words we do not know, or none
};

/// "name not found", "host key changed" …
std::string_view name(FailureClass failure);

/// The class with that name, in any case of letters and with hyphens or underscores for its spaces; not
/// `other`.
std::optional<FailureClass> failure_class(std::string_view name);

/// Manual, "Exit status": of an autossh that has given up on this class, as asked. From 10 on.
int exit_status(FailureClass failure);

/// Time does not cure it: a key, a secret or a host key must be mended first.
bool needs_mending(FailureClass failure);

/// What a person can do about it, where no more is known than the class; without a full stop; empty for
/// `other`.
std::string_view remedy(FailureClass failure);

/// One failure, as it stands in the log.
struct Failure {
    FailureClass failure_class = FailureClass::other;
    std::string cause;  ///< one line: "connection refused by 192.0.2.1 port 22"
    /// What helps against this very cause; empty: no more is known than the class.
    std::string remedy = {};
    bool lasts = false;  ///< until somebody mends it, other than its class says

    bool operator==(const Failure&) const = default;
};

}  // namespace autossh
