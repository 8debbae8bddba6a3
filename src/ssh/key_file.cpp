#include "autossh/ssh/key_file.hpp"

#include "autossh/ssh/key_encoding.hpp"

#include <string>

namespace autossh {

namespace {

constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic{"openssh-key-v1\0", 15};

/// Of the head of a key and its public part: RSA with 16,384 bits, the most that OpenSSH takes.
constexpr std::size_t most_of_public_part = 4096;

/// PROTOCOL.key: the names of cipher and key derivation and its options, how many keys there are, and the
/// first public key, which begins with its type.
KeyProtection protection_of_openssh_key(std::string_view base64)
{
    const std::string bytes = base64_decoded(base64, 512);
    std::string_view rest = bytes;
    if (!rest.starts_with(magic))
        return KeyProtection::unknown;
    rest.remove_prefix(magic.size());
    const auto cipher = take_string(rest);
    if (!cipher)
        return KeyProtection::unknown;
    if (*cipher != "none")
        return KeyProtection::passphrase;
    const bool whole = take_string(rest) && take_string(rest) && rest.size() > 8;
    if (!whole)
        return KeyProtection::unknown;
    rest.remove_prefix(8);  // the count, and the length of the public key, which may be cut off here
    const auto type = take_string(rest);
    if (!type)
        return KeyProtection::unknown;
    return type->starts_with("sk-") ? KeyProtection::pin : KeyProtection::none;
}

bool is_public_key(std::string_view text)
{
    for (const std::string_view beginning :
         {"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2 PUBLIC",
          "-----BEGIN PUBLIC KEY-----", "-----BEGIN RSA PUBLIC KEY-----"})
        if (text.starts_with(beginning))
            return true;
    return false;
}

}  // namespace

KeyProtection protection_of(std::string_view key_file_text)
{
    const std::size_t begin = key_file_text.find(openssh_begin);
    if (begin != std::string_view::npos)
        return protection_of_openssh_key(key_file_text.substr(begin + openssh_begin.size()));
    const auto has = [key_file_text](std::string_view words) {
        return key_file_text.find(words) != std::string_view::npos;
    };
    const bool is_private = has(" PRIVATE KEY-----") || has("-----BEGIN PRIVATE KEY-----");
    if (has("-----BEGIN ENCRYPTED PRIVATE KEY-----") || (is_private && has("ENCRYPTED")))
        return KeyProtection::passphrase;
    return is_private || is_public_key(key_file_text) ? KeyProtection::none : KeyProtection::unknown;
}

std::string public_part_of(std::string_view key_file_text)
{
    const std::size_t begin = key_file_text.find(openssh_begin);
    if (begin == std::string_view::npos)
        return {};
    const std::string bytes =
        base64_decoded(key_file_text.substr(begin + openssh_begin.size()), most_of_public_part);
    std::string_view rest = bytes;
    if (!rest.starts_with(magic))
        return {};
    rest.remove_prefix(magic.size());
    // Cipher, key derivation and its options; then how many keys there are.
    const bool whole = take_string(rest) && take_string(rest) && take_string(rest) && take_uint32(rest);
    return std::string(whole ? take_string(rest).value_or("") : "");
}

}  // namespace autossh
