#include "autossh/ctl/screen_text.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

#include <fmt/core.h>

namespace autossh {

namespace {

struct CodeRange {
    char32_t first;
    char32_t last;
};

/// Controls of ASCII and Latin 1, ends of lines and paragraphs, and what changes the direction of writing.
constexpr std::array deceiving{CodeRange{0x0000, 0x001F}, CodeRange{0x007F, 0x009F},
                               CodeRange{0x061C, 0x061C}, CodeRange{0x200E, 0x200F},
                               CodeRange{0x2028, 0x202E}, CodeRange{0x2066, 0x2069}};

/// Of the common scripts.
constexpr std::array without_width{
    CodeRange{0x0300, 0x036F}, CodeRange{0x0483, 0x0489}, CodeRange{0x0591, 0x05BD},
    CodeRange{0x064B, 0x065F}, CodeRange{0x1AB0, 0x1AFF}, CodeRange{0x1DC0, 0x1DFF},
    CodeRange{0x200B, 0x200D}, CodeRange{0x20D0, 0x20FF}, CodeRange{0xFE00, 0xFE0F},
    CodeRange{0xFE20, 0xFE2F}, CodeRange{0xFEFF, 0xFEFF}, CodeRange{0xE0000, 0xE01EF}};

/// East Asian Width W and F of Unicode, in large pieces.
constexpr std::array wide{
    CodeRange{0x1100, 0x115F},   CodeRange{0x231A, 0x231B},   CodeRange{0x2E80, 0x303E},
    CodeRange{0x3041, 0xA4CF},   CodeRange{0xA960, 0xA97F},   CodeRange{0xAC00, 0xD7A3},
    CodeRange{0xF900, 0xFAFF},   CodeRange{0xFE30, 0xFE6F},   CodeRange{0xFF00, 0xFF60},
    CodeRange{0xFFE0, 0xFFE6},   CodeRange{0x1F300, 0x1F64F}, CodeRange{0x1F680, 0x1F6FF},
    CodeRange{0x1F900, 0x1F9FF}, CodeRange{0x20000, 0x3FFFD}};

bool is_in(std::span<const CodeRange> ranges, char32_t code)
{
    return std::ranges::any_of(
        ranges, [code](const CodeRange& range) { return code >= range.first && code <= range.last; });
}

/// Of a character that is valid UTF-8.
char32_t code_of(std::string_view character)
{
    const auto first = static_cast<std::uint8_t>(character.front());
    if (character.size() == 1)
        return first;
    char32_t code = first & (0xFFU >> (character.size() + 1));
    for (const char byte : character.substr(1))
        code = (code << 6) | (static_cast<std::uint8_t>(byte) & 0x3FU);
    return code;
}

std::string fit_text(std::string_view text, std::string_view kept)
{
    return with_escapes(text, [kept](std::string_view character) {
        return kept.find(character) != kept.npos || !is_in(deceiving, code_of(character));
    });
}

std::size_t width_of(std::string_view character)
{
    const char32_t code = code_of(character);
    if (is_in(without_width, code))
        return 0;
    return is_in(wide, code) ? 2 : 1;
}

}  // namespace

std::string fit_for_screen(std::string_view text)
{
    return fit_text(text, "");
}

std::string lines_fit_for_screen(std::string_view text)
{
    return fit_text(text, "\n\t");
}

std::size_t screen_width(std::string_view text)
{
    std::size_t width = 0;
    while (!text.empty()) {
        const std::string_view character =
            text.substr(0, std::max<std::size_t>(size_of_first_character(text), 1));
        width += width_of(character);
        text.remove_prefix(character.size());
    }
    return width;
}

std::size_t bytes_within(std::string_view text, std::size_t columns)
{
    std::size_t bytes = 0;
    std::size_t filled = 0;
    while (bytes < text.size()) {
        const std::string_view rest = text.substr(bytes);
        const std::string_view character =
            rest.substr(0, std::max<std::size_t>(size_of_first_character(rest), 1));
        filled += width_of(character);
        if (filled > columns)
            break;
        bytes += character.size();
    }
    return bytes;
}

std::string cut_to_width(std::string_view text, std::size_t columns)
{
    constexpr std::string_view dots = "...";
    if (screen_width(text) <= columns)
        return std::string(text);
    if (columns <= dots.size())
        return std::string(text.substr(0, bytes_within(text, columns)));
    return std::string(text.substr(0, bytes_within(text, columns - dots.size()))).append(dots);
}

std::string in_ascii(std::string_view text)
{
    std::string ascii;
    while (!text.empty()) {
        const std::size_t size = std::max<std::size_t>(size_of_first_character(text), 1);
        const bool is_ascii = size == 1 && static_cast<std::uint8_t>(text.front()) < 0x80;
        if (is_ascii)
            ascii += text.front();
        else
            ascii.append(width_of(text.substr(0, size)), '?');
        text.remove_prefix(size);
    }
    return ascii;
}

}  // namespace autossh
