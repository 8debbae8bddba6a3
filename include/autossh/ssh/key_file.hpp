// What a key file tells about itself. Pure.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

enum class KeyProtection {
    none,        ///< a private key that can be used as it is, or a public key
    passphrase,  ///< OpenSSH's format, PEM and PKCS #8
    pin,         ///< the key is in a token, which may want to know one (FIDO)
    unknown,     ///< no key that OpenSSH has a name for
};

KeyProtection protection_of(std::string_view key_file_text);

/// The public key that stands in a private one of OpenSSH's own format, also in one that is locked, as an
/// agent has it. Empty: in no other format, and not where there is something else.
std::string public_part_of(std::string_view key_file_text);

inline bool needs_passphrase(std::string_view key_file_text)
{
    return protection_of(key_file_text) == KeyProtection::passphrase;
}

}  // namespace autossh
