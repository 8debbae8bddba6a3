#pragma once

#include <string>

namespace autossh_test {

/// The program that the tests run: the environment's TESTED_AUTOSSH, or else the one that was built with
/// them.
[[nodiscard]] const std::string& tested_autossh();

/// AddressSanitizer makes mlock(2) do nothing, and its own memory is too large to be dumped.
[[nodiscard]] bool tested_autossh_has_address_sanitizer();

}  // namespace autossh_test
