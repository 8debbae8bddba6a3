// Reads a secret from where the user keeps it, straight into locked memory.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/settings/table.hpp"
#include "autossh/system/secret.hpp"

#include <string>

namespace autossh {

/// A secret cannot be had. The text names cause and remedy, and never any part of what was read.
class SecretError : public ConfigError {
public:
    using ConfigError::ConfigError;
};

/// Manual, "Secrets". Each gives the first line, or throws SecretError.

/// Of a regular file that belongs to us or root, and that nobody else may read or change.
Secret secret_from_file(const std::string& path);

/// Of the file `name` in $CREDENTIALS_DIRECTORY. Whom that is open to is the service manager's business: it
/// lets us in by an access list.
Secret secret_from_credential(const std::string& name, const Environment& environment);

/// Reads `fd` to its end, however long that takes, and closes it. Standard input is open on /dev/null then.
Secret secret_from_descriptor(int fd);

}  // namespace autossh
