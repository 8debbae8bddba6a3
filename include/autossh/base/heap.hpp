// The heap of the C library.
#pragma once

namespace autossh {

/// Gives back to the system what has been freed: behind something large that does not come again.
void give_back_memory();

}  // namespace autossh
