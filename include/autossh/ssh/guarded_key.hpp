// What has a secret of its own, that no server may have.
#pragma once

#include <string>

namespace autossh {

/// A key, or a token, that a secret may be for which is for nothing in particular.
struct GuardedKey {
    std::string key;     ///< its path, as a pattern would name it
    std::string secret;  ///< "the passphrase of PATH", "the PIN of PATH"
};

}  // namespace autossh
