#pragma once

#include "outage/downtime.hpp"

#include <optional>
#include <string>

/// What came of an experiment.
namespace autossh_test::outage {

struct Outcome {
    bool was_up = false;           ///< before the fault. If it was not, nothing else here means anything.
    std::optional<Seconds> down;   ///< nothing: it did not come back in time
    Seconds lost{};                ///< of it, without the times when it was back
    Seconds floor{};               ///< what a bare ssh could not have gone below; not in the brief form
    std::optional<Seconds> found;  ///< from the fault to the first start of ssh; nothing: there was none
    int restarts = 0;
    int false_restarts = 0;
    std::string log;

    Seconds excess() const { return lost - floor; }
};

/// For the way out of an Isolated.
std::string to_text(const Outcome& outcome);
Outcome outcome_from(const std::string& text);

}  // namespace autossh_test::outage
