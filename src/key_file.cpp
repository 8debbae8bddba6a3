#include "autossh/key_file.hpp"

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

/// The cipher's name stands first: a length of four bytes, then the name.
bool openssh_key_is_encrypted(std::string_view base64)
{
    const std::string bytes = base64_decoded(base64, 128);
    std::string_view rest = bytes;
    if (!rest.starts_with(magic) || rest.size() < magic.size() + 4)
        return false;
    rest.remove_prefix(magic.size());
    std::size_t length = 0;
    for (int i = 0; i < 4; ++i) {
        length = length << 8 | static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
    }
    return length <= rest.size() && rest.substr(0, length) != "none";
}

}  // namespace

bool needs_passphrase(std::string_view key_file_text)
{
    const std::size_t begin = key_file_text.find(openssh_begin);
    if (begin != std::string_view::npos)
        return openssh_key_is_encrypted(key_file_text.substr(begin + openssh_begin.size()));
    const auto has = [key_file_text](std::string_view words) {
        return key_file_text.find(words) != std::string_view::npos;
    };
    return has("-----BEGIN ENCRYPTED PRIVATE KEY-----") ||
           (has(" PRIVATE KEY-----") && has("Proc-Type: 4,ENCRYPTED"));
}

}  // namespace autossh
