#include "autossh/base/json_text.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

bool stands_for_itself(char character)
{
    const auto code = static_cast<std::uint8_t>(character);
    return code >= 0x20 && code < 0x7F && character != '"' && character != '\\';
}

std::string escaped(char character)
{
    switch (character) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return fmt::format("\\u{:04x}", static_cast<std::uint8_t>(character));
    }
}

}  // namespace

void append_json_string(std::string& result, std::string_view text)
{
    result += '"';
    while (!text.empty()) {
        const auto plain =
            static_cast<std::size_t>(std::ranges::find_if_not(text, stands_for_itself) - text.begin());
        result += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty())
            break;
        const std::size_t size = size_of_first_character(text);
        if (size == 1)
            result += escaped(text.front());
        else
            result += size == 0 ? replacement : text.substr(0, size);
        text.remove_prefix(size == 0 ? 1 : size);
    }
    result += '"';
}

std::string json_string(std::string_view text)
{
    std::string result;
    append_json_string(result, text);
    return result;
}

}  // namespace autossh
