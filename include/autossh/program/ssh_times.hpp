// The times of ssh's own as they will be, for --explain: added by us, else as ssh has answered.
#pragma once

#include "autossh/program/explain.hpp"
#include "autossh/program/text_table.hpp"

namespace autossh {

/// When ssh gives up a connection, and notices a dead one. What ssh has not told is "?".
Rows ssh_times(const Explanation& explanation);

}  // namespace autossh
