// What a private key file tells about itself. Pure.
#pragma once

#include <string_view>

namespace autossh {

/// Whether the private key in the text of this file is encrypted: OpenSSH's format, PEM and PKCS #8. False
/// for what is no key.
bool needs_passphrase(std::string_view key_file_text);

}  // namespace autossh
