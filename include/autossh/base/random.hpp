// Random numbers from the system.
#pragma once

#include <cstdint>

namespace autossh {

/// Good enough for secrets. (std::random_device has 5 kB on the stack, and asks the processor, which a
/// virtual machine answers slowly.) Throws std::system_error.
std::uint32_t random_number();

}  // namespace autossh
