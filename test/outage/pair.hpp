#pragma once

#include "outage/contestants.hpp"
#include "outage/downtime.hpp"
#include "outage/experiment.hpp"
#include "outage/faults.hpp"

#include <optional>
#include <string>
#include <string_view>

/// A tunnel with a -L and a -R: what the one costs the other.
namespace autossh_test::outage {

struct PairOutcome {
    bool was_up = false;  ///< before the fault. If it was not, nothing else here means anything.
    std::optional<Seconds> local_down;   ///< of -L; nothing: it did not come back in time
    std::optional<Seconds> remote_down;  ///< the same of -R
    Seconds held{};          ///< of that, until the server had let go of the port, and the -L was back
    int restarts = 0;        ///< of ssh
    int later_restarts = 0;  ///< of them, when the -L was back
    int opened = 0;          ///< long connections through the -L,
    int broken = 0;          ///< and how many of them ended
    std::string log;

    /// For how long the -R stayed away for nothing.
    std::optional<Seconds> late() const;
};

/// For the way out of an Isolated.
std::string to_text(const PairOutcome& outcome);
PairOutcome pair_outcome_from(const std::string& text);

/// `experiment`: of both directions. In this process, which has to be an Isolated's. Sessions that a fault
/// would keep for good end after a while.
PairOutcome run_pair(const Experiment& experiment);

/// What ours has to keep to: each bound that is broken, in words. Empty: none, or it is not ours.
std::string broken_bounds(const Experiment& experiment, const PairOutcome& outcome);

void print_pair_header(const Contestant& contestant);
void print_pair(std::string_view fault, const PairOutcome& outcome);

}  // namespace autossh_test::outage
