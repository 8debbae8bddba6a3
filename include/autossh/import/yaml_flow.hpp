// One value of YAML on a line: a text with or without quotes, [a, b] and {a: b}. Pure.
#pragma once

#include "autossh/settings/toml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// `text`: without a comment. Nothing: it is none of these, or has something behind it.
std::optional<TomlValue> read_yaml_flow(std::string_view text);

/// Without the comment at its end, and the blanks before that.
std::string_view without_yaml_comment(std::string_view line);

/// Where the key of "KEY: VALUE" ends, at its colon. npos: there is none.
std::size_t end_of_yaml_key(std::string_view text);

/// Brackets that are still open at the end.
int open_yaml_brackets(std::string_view text);

}  // namespace autossh
