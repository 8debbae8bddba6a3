#include "autossh/control/request_id.hpp"

#include "autossh/base/json_text.hpp"

#include <cmath>
#include <cstddef>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view spaces = " \t\r\n";

/// Behind the text that begins at `begin`.
std::size_t end_of_text(std::string_view object, std::size_t begin)
{
    std::size_t at = begin + 1;
    while (object[at] != '"')
        at += object[at] == '\\' ? 2 : 1;
    return at + 1;
}

/// The last number of that name in a valid object, as it is the one that counts. Empty: none has it without
/// an escape.
std::string_view number_as_sent(std::string_view object, std::string_view quoted_name)
{
    std::string_view number;
    int depth = 0;
    for (std::size_t at = 0; at < object.size();) {
        const char letter = object[at];
        depth += letter == '{' || letter == '[' ? 1 : 0;
        depth -= letter == '}' || letter == ']' ? 1 : 0;
        if (letter != '"') {
            ++at;
            continue;
        }
        const std::string_view text = object.substr(at, end_of_text(object, at) - at);
        at += text.size();
        const std::size_t colon = object.find_first_not_of(spaces, at);
        if (depth != 1 || text != quoted_name || object[colon] != ':')
            continue;
        const std::size_t begin = object.find_first_not_of(spaces, colon + 1);
        number = object.substr(begin, object.find_first_not_of("+-.0123456789eE", begin) - begin);
    }
    return number;
}

}  // namespace

std::optional<std::string> request_id(std::string_view line, const JsonFields& fields)
{
    const boost::json::value* const id = fields.member("id");
    if (id == nullptr)
        return "null";
    if (id->is_string())
        return json_string({id->get_string().data(), id->get_string().size()});
    if (id->is_int64())
        return fmt::format("{}", id->get_int64());
    if (id->is_uint64())
        return fmt::format("{}", id->get_uint64());
    if (!id->is_double() || !std::isfinite(id->get_double()))
        return std::nullopt;
    const std::string_view sent = number_as_sent(line, "\"id\"");
    return sent.empty() ? fmt::format("{}", id->get_double()) : std::string(sent);
}

}  // namespace autossh
