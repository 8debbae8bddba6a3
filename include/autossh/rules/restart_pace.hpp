// How soon ssh is started again, by what it has ended of. Pure.
#pragma once

#include "autossh/rules/backoff.hpp"

#include <cstddef>
#include <optional>

namespace autossh {

/// The pace of the tries.
enum class Pace {
    usual,            ///< the backoff's
    port_still_held,  ///< the server still holds the port of a dead session, and it is free soon, or somebody
                      ///< else has it
    refused_login,    ///< the key or host key must be mended by a person: slow, or the server may ban us
    shut_out,         ///< the server takes no connection from us for a while
    awaited_job,      ///< it is asked for steadily, as HTCondor itself does
    unseen_login,     ///< it may have been refused, and ssh's log could not be read
};

Pace pace_of(const LastSession& last);

/// Manual, "Backoff".
class RestartPace {
public:
    explicit RestartPace(const TunnelSettings& settings)
        : backoff_(settings), longest_(settings.backoff_max.value_or(longest_duration))
    {}

    /// How long to wait before the next start. Nothing: it is the first. `chance`: as for Backoff.
    Duration before_start(const std::optional<LastSession>& last, double chance);

    /// The network has changed or the machine has woken: quicker tries may help again.
    void quicken() { backoff_.quicken(); }

    long tries() const { return backoff_.tries(); }

private:
    Duration after_refused_forward(const LastSession& last);

    Backoff backoff_;
    Duration longest_;
    std::size_t refusals_ = 0;   ///< of the log-in, in a row
    std::size_t shut_outs_ = 0;  ///< in a row
    std::size_t job_tries_ = 0;  ///< for a job that cannot be entered yet, in a row
    int port_refusals_ = 0;      ///< of a port that no session of ours can hold, in a row
};

}  // namespace autossh
