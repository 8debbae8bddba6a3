#pragma once

#include "outage/contestants.hpp"
#include "outage/downtime.hpp"
#include "outage/faults.hpp"
#include "outage/outcome.hpp"

#include <optional>

namespace autossh_test::outage {

/// One contestant under one fault, in a lab of its own.
struct Experiment {
    /// full: measured, after the gate time, beside a bare ssh. brief: a test's.
    enum class Form { full, brief };

    const Contestant& contestant;
    const Fault& fault;
    Form form = Form::full;
    Seconds patience{240};  ///< how long the tunnel may take to come back after the fault

    bool means_something() const { return contestant.has_monitor || !fault.hits_monitor; }
};

/// In this process, which has to be an Isolated's.
Outcome run(const Experiment& experiment);

/// From TERM to the end of a supervisor whose ssh is stopped; nothing: it does not end. In an Isolated's
/// process.
std::optional<Seconds> time_to_stop(const Contestant& contestant);

}  // namespace autossh_test::outage
