// What other processes may see of our memory.
#pragma once

namespace autossh {

/// From now on no other process of our user can read or trace this one, and it leaves no core dump; root
/// still can. A forked child is as private until it executes a program: ssh is as open as ever. Throws
/// std::system_error.
///
/// Linux, FreeBSD. Elsewhere nothing is done: what is left there, RLIMIT_CORE, would pass on to ssh, and the
/// pages of a Secret are locked and wiped all the same.
void hide_memory_from_others();

}  // namespace autossh
