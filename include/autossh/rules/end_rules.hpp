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
    int asked_by = by_order;  ///< or the signal
    bool lifetime_is_over = false;
    std::optional<Duration> missed_login_limit = std::nullopt;  ///< it has not logged in within that
    bool address_is_gone = false;  ///< ours, of its connection: nothing will come back there
    std::optional<Duration> hung_for = std::nullopt;        ///< stopped, and by no person at the terminal
    std::optional<Duration> silent_for = std::nullopt;      ///< it runs, and does not answer us: it hangs
    std::optional<Failure> useless = std::nullopt;          ///< every forward it is for was refused
    std::optional<Failure> refused_forward = std::nullopt;  ///< one was, long enough ago to try it again
    std::string failed_test = {};                           ///< the connection is down: why,
    EndedBy failed_by = EndedBy::test;                      ///< and what has led to that test
    bool is_renewed = false;  ///< another ssh has logged in to take its place, as asked
};

/// The first that applies, strongest first. Nothing: it may live.
std::optional<Ruling> reason_to_end(const Situation& situation);

/// Somebody has asked autossh to end, by this signal; or the tunnel, by_order.
Ruling received_signal(int signal);

/// Manual, "Lifetime".
Ruling lifetime_is_over();

/// Why no other ssh is started, though a rule says that one shall be. Nothing: it may be started.
std::optional<Ruling> reason_not_to_start(const Requests& requests, bool lifetime_is_over);

/// Who stops a whole group (a service manager, a shell's kill %1) may reach ssh before us, and a clean end of
/// ssh must not be mistaken for one that ends autossh: how far our own signal may be behind, when ssh has
/// ended by itself. Zero: none need be awaited.
Duration stop_may_follow(ExitStatus status, Verdict verdict);

}  // namespace autossh
