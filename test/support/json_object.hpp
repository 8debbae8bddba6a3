#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh_test {

/// The members of a JSON object without arrays and objects in it; strings without quotes and escapes.
using JsonObject = std::map<std::string, std::string>;

/// Nothing: `text` is no such object, or there is something behind it.
std::optional<JsonObject> json_object(std::string_view text);

/// One for each line of `text`. Throws std::runtime_error with the first line that is none.
std::vector<JsonObject> json_lines(const std::string& text);

}  // namespace autossh_test
