// An environment of a test's own.
#pragma once

#include "autossh/settings/table.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace autossh_test {

using Variables = std::map<std::string, std::string, std::less<>>;

/// As long as `variables` live.
inline autossh::Environment environment_of(const Variables& variables)
{
    return [&variables](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

}  // namespace autossh_test
