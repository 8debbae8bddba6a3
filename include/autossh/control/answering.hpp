// From a request to its answer: what may be asked, which tunnels are meant, and what the process says to it.
#pragma once

#include "autossh/control/request.hpp"
#include "autossh/control/target.hpp"

#include <cstddef>
#include <string>

namespace autossh {

/// Who asks.
struct ControlAsker {
    std::string words;         ///< for the log: "autosshctl (pid 812, uid 1000)"
    bool is_observer = false;  ///< sees, and changes nothing
};

struct Answered {
    std::string line;  ///< with its end
    bool is_well = false;
};

/// The lines of all logs in one answer, in bytes: each tunnel has its part, of which the newest lines are
/// told.
inline constexpr std::size_t longest_logs = 1024 * 1024;

/// Of an order either all tunnels that are named are told, or none. That a client listens on, to events or
/// the log, is the caller's business.
Answered answer_to(const ControlRequest& request, ControlTarget& target, const ControlAsker& asker);

}  // namespace autossh
