// The autosshs of this user that run, also those of 1.4g, as tunnels to be imported (Linux: proc(5)).
#pragma once

#include "autossh/import/imported.hpp"

namespace autossh {

/// But for those that keep a file of many tunnels. Where a process hides its environment, a note says so.
Imported running_autosshs();

}  // namespace autossh
