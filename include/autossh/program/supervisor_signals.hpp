// The signals that a supervisor acts on.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/signals.hpp"

#include <boost/asio/io_context.hpp>

namespace autossh {

/// Caught from its construction on.
struct SupervisorSignals : SignalSet {
    SupervisorSignals(boost::asio::io_context& io, const InheritedSignals& inherited);
};

}  // namespace autossh
