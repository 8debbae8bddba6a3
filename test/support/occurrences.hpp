#pragma once

#include <string_view>

namespace autossh_test {

/// How often `part`, which is not empty, stands in `text`, one behind the other.
inline int occurrences(std::string_view text, std::string_view part)
{
    int found = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
        ++found;
    return found;
}

}  // namespace autossh_test
