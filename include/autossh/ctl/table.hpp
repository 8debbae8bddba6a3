// autosshctl status, as a person reads it. Pure: the time is given.
#pragma once

#include "autossh/ctl/seen.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace autossh {

struct TableForm {
    std::size_t width = 0;  ///< of the terminal: what is longer is cut, in the last column; 0: nothing is
    bool colour = false;    ///< of the words of states
    bool down_only = false;
    bool wide = false;  ///< nothing is cut, and what helps is told
};

/// A block for each fleet, then the others. Control characters of anybody are shown as \x1b. Lines with
/// their ends.
std::string status_table(std::span<const SeenDaemon> daemons, const TableForm& form, WallTime now);

}  // namespace autossh
