#include "autossh/base/json_text.hpp"

#include "autossh/base/text.hpp"

#include <cstddef>
#include <cstdint>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

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
        const std::size_t size = size_of_first_character(text);
        if (size == 1)
            result += escaped(text.front());
        else
            result += size == 0 ? replacement : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return result + '"';
}

}  // namespace autossh
