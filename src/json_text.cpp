#include "autossh/json_text.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Unicode, table 3-7: how long the sequence is that `first` begins, and what its second byte may be.
struct Sequence {
    std::size_t size;
    std::uint8_t second_from;
    std::uint8_t second_to;
};

Sequence sequence_from(std::uint8_t first)
{
    if (first < 0x80)
        return {1, 0, 0};
    if (first >= 0xC2 && first <= 0xDF)
        return {2, 0x80, 0xBF};
    if (first == 0xE0)
        return {3, 0xA0, 0xBF};
    if (first == 0xED)
        return {3, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF)
        return {3, 0x80, 0xBF};
    if (first == 0xF0)
        return {4, 0x90, 0xBF};
    if (first >= 0xF1 && first <= 0xF3)
        return {4, 0x80, 0xBF};
    if (first == 0xF4)
        return {4, 0x80, 0x8F};
    return {0, 0, 0};
}

/// How many bytes the first character of `text` has; 0: they are not UTF-8.
std::size_t size_of_first(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const Sequence sequence = sequence_from(byte(0));
    if (sequence.size > text.size())
        return 0;
    if (sequence.size > 1 && (byte(1) < sequence.second_from || byte(1) > sequence.second_to))
        return 0;
    for (std::size_t at = 2; at < sequence.size; ++at)
        if ((byte(at) & 0xC0) != 0x80)
            return 0;
    return sequence.size;
}

std::string escaped(char character)
{
    switch (character) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: break;
    }
    const auto code = static_cast<std::uint8_t>(character);
    return code < 0x20 || code == 0x7F ? fmt::format("\\u{:04x}", code) : std::string(1, character);
}

}  // namespace

std::string json_string(std::string_view text)
{
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t size = size_of_first(text);
        if (size == 1)
            result += escaped(text.front());
        else
            result += size == 0 ? replacement : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return result + '"';
}

}  // namespace autossh
