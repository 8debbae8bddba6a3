// What is wrong, more exactly than a class of failure says: which cause it is, from all that is known. Pure.
#pragma once

#include "autossh/ssh/circumstances.hpp"
#include "autossh/ssh/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// What is known beside ssh's words when it has ended. Asked for only when it could matter.
struct KeyCircumstances {
    bool agent_expected = false;                   ///< an agent is configured (SSH_AUTH_SOCK, IdentityAgent)
    bool agent_reachable = false;                  ///< and it takes connections
    std::vector<std::string> encrypted_keys = {};  ///< the configured key files that need a passphrase
    std::string useless_certificate = {};  ///< "the certificate FILE ran out at TIME", where none is valid
    std::string missing_key = {};          ///< FILE: REASON of a key that was named
    std::string missing_program = {};      ///< of a ProxyCommand, or of a Match exec
    bool under_sshpass = false;            ///< which gives one answer and no more
    bool port_was_ours = false;            ///< a port that the server refuses: the tunnel has been up before
    bool known_hosts_elsewhere = false;    ///< not in ~/.ssh/known_hosts
    bool past_log_is_read = true;          ///< what comes past ssh's log is known, too
    bool operator==(const KeyCircumstances&) const = default;
};

/// Each has a row in explanations().
enum class Cause {
    name_unknown,
    name_server_silent,
    no_such_family,
    only_ipv6,
    no_route,
    source_missing,
    refused,
    no_answer,
    schedd_silent,
    job_session_used_up,
    match_program_missing,
    proxy_program_missing,
    jump_host,
    proxy_command,
    too_many_startups,
    shut_out,
    web_server,
    no_sshd,
    no_common_algorithm,
    no_greeting,
    account_expired,
    account_closed,
    host_key_unknown,
    host_key_unknown_elsewhere,
    host_key_changed,
    key_missing,
    key_is_public,
    key_permissions,
    key_passphrase,
    certificate_invalid,
    key_not_accepted,
    keys_not_accepted,
    no_key,
    too_many_keys,
    agent_gone,
    password_wanted,
    answers_wanted,
    second_factor,
    sshpass_used_up,
    server_privileged_port,
    server_forbids,
    server_or_account_forbids,
    password_expired,
    key_forbids,
    server_permitlisten,
    key_permitlisten,
    server_forbids_sockets,
    server_port_taken,
    server_port_held,
    server_port_half,
    server_socket_taken,
    server_forbids_tunnel,
    server_lacks_tunnel,
    local_tunnel,
    target_forbidden,
    key_forbids_target,
    key_permitopen,
    stdio_target,
    local_privileged_port,
    local_address_missing,
    local_port_taken,
    local_socket_taken,
    local_socket_failed,
    configuration_modes,
    no_session_allowed,
    no_subsystem,
    forced_command,
    shell_ended,
    bad_option,
};

/// A refused forward that the same request will not get, however often it is made.
bool is_lasting(Cause cause);

/// How the cause begins where ssh asks somebody, and nobody answers.
inline constexpr std::string_view no_key_is_enough = "no key is enough: ";

/// MaxSessions 0, or more sessions than that.
inline constexpr std::string_view no_session_allowed = "the server allows no session";

/// Where no command was given.
inline constexpr std::string_view shell_has_ended = "the shell on the server has ended";

/// Nothing: no more is known than the class.
std::optional<Cause> cause_of(const SshMessage& reason, const SshCircumstances& known,
                              const KeyCircumstances& keys);

}  // namespace autossh
