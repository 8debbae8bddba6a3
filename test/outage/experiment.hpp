#pragma once

#include "outage/contestants.hpp"
#include "outage/direction.hpp"
#include "outage/downtime.hpp"
#include "outage/faults.hpp"
#include "outage/outcome.hpp"

#include <optional>

namespace autossh_test::outage {

/// One contestant under one fault with one forward, in a lab of its own. (With two, one that works would
/// change what is done about the other.)
struct Experiment {
    /// full: measured, beside a bare ssh. brief: a test's.
    enum class Form { full, brief };

    const Contestant& contestant;
    const Fault& fault;
    Direction direction;
    Form form = Form::full;
    Seconds patience{240};  ///< how long the tunnel may take to come back after the fault

    /// A -R whose port is held for good never comes back, whoever asks for it.
    bool means_something() const
    {
        return (contestant.has_monitor || !fault.hits_monitor) &&
               (direction == Direction::local || !fault.session_stays);
    }
};

/// In this process, which has to be an Isolated's.
Outcome run(const Experiment& experiment);

/// From TERM to the end of a supervisor whose ssh is stopped; nothing: it does not end. In an Isolated's
/// process.
std::optional<Seconds> time_to_stop(const Contestant& contestant);

}  // namespace autossh_test::outage
