// The lines of a text of YAML. Pure.
#pragma once

#include "autossh/settings/toml.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct YamlLine {
    std::size_t indent;
    std::string text;  ///< without the indent
    std::size_t number;
};

std::vector<YamlLine> yaml_lines(std::string_view text);

/// How many values it is made of, itself among them.
std::size_t size_of(const TomlValue& value);

}  // namespace autossh
