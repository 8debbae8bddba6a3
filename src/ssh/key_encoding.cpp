#include "autossh/ssh/key_encoding.hpp"

namespace autossh {

namespace {

std::optional<std::uint32_t> base64_digit(char c)
{
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t at = digits.find(c);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<std::uint32_t>(at));
}

/// Big-endian, off the front.
std::optional<std::uint64_t> take_number(std::string_view& bytes, std::size_t size)
{
    if (bytes.size() < size)
        return std::nullopt;
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; ++i, bytes.remove_prefix(1))
        number = number << 8 | static_cast<unsigned char>(bytes.front());
    return number;
}

}  // namespace

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

std::optional<std::string_view> take_string(std::string_view& bytes)
{
    const auto length = take_number(bytes, 4);
    if (!length || *length > bytes.size())
        return std::nullopt;
    const std::string_view text = bytes.substr(0, static_cast<std::size_t>(*length));
    bytes.remove_prefix(text.size());
    return text;
}

std::optional<std::uint32_t> take_uint32(std::string_view& bytes)
{
    const auto number = take_number(bytes, 4);
    return number ? std::optional(static_cast<std::uint32_t>(*number)) : std::nullopt;
}

std::optional<std::uint64_t> take_uint64(std::string_view& bytes)
{
    return take_number(bytes, 8);
}

}  // namespace autossh
