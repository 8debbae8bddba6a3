// Our process becomes another program.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/signals.hpp"

namespace autossh {

/// Executes `command` in our place, with the signals that we were started with. Throws std::system_error if
/// it cannot be executed.
[[noreturn]] void become(const Command& command, const InheritedSignals& inherited);

}  // namespace autossh
