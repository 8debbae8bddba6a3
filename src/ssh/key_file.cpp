#include "autossh/ssh/key_file.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace autossh {

namespace {

constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view magic{"openssh-key-v1\0", 15};

std::optional<std::uint32_t> base64_digit(char c)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t at = digits.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint32_t>(at));
}

/// Decodes up to the first character that is neither a digit nor white space, and no more than `limit` bytes.
std::string base64_decoded(std::string_view text, std::size_t limit)
{
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : text) {
        if (c == '\n' || c == '\r' || c == ' ' || c == '\t')
            continue;
        const auto digit = base64_digit(c);
        if (!digit || bytes.size() == limit)
            break;
        bits = (bits << 6 | *digit) & 0xffffff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes += static_cast<char>(bits >> count & 0xff);
        }
    }
    return bytes;
}

/// A length of four bytes and so many bytes, taken off the front. Nothing where that is not all there.
std::optional<std::string_view> take_string(std::string_view& bytes)
{
    std::size_t length = 0;
    if (bytes.size() < 4)
        return std::nullopt;
    for (int i = 0; i < 4; ++i, bytes.remove_prefix(1))
        length = length << 8 | static_cast<unsigned char>(bytes.front());
    if (length > bytes.size())
        return std::nullopt;
    const std::string_view text = bytes.substr(0, length);
    bytes.remove_prefix(length);
    return text;
}

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

}  // namespace autossh
