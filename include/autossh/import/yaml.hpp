// YAML as files of docker compose have it: mappings, lists, texts, anchors. What else there is in YAML is an
// error, and is not guessed at. Pure.
#pragma once

#include "autossh/settings/toml.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace autossh {

/// "12: a tag (!x) is not understood"
struct YamlError {
    std::string text;
};

/// Numbers and truths are texts, too, and null is an empty one. `at` has the lines.
std::variant<TomlValue, YamlError> read_yaml(std::string_view text);

}  // namespace autossh
