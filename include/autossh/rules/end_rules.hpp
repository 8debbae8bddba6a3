// The rules by which a living ssh is ended. Pure.
#pragma once

#include "autossh/rules/request.hpp"
#include "autossh/rules/rules.hpp"

#include <optional>
#include <string>

namespace autossh {

/// What is known of a living ssh.
struct Situation {
    Request asked = Request::none;
    int asked_by = 0;  ///< the signal
    bool lifetime_is_over = false;
    std::optional<Duration> missed_login_limit = std::nullopt;  ///< it has not logged in within that
    bool address_is_gone = false;  ///< ours, of its connection: nothing will come back there
    std::optional<Duration> hung_for = std::nullopt;        ///< stopped, and by no person at the terminal
    std::optional<Failure> useless = std::nullopt;          ///< every forward it is for was refused
    std::optional<Failure> refused_forward = std::nullopt;  ///< one was, long enough ago to try it again
    std::string failed_test = {};                           ///< the connection is down: why
};

/// The first that applies, strongest first. Nothing: it may live.
std::optional<Ruling> reason_to_end(const Situation& situation);

/// Somebody has asked autossh to end, by this signal.
Ruling received_signal(int signal);

/// Manual, "Lifetime".
Ruling lifetime_is_over();

}  // namespace autossh
