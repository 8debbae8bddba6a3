#include "autossh/control/selection.hpp"

#include <algorithm>

#include <fnmatch.h>

namespace autossh {

namespace {

bool fits(const std::string& pattern, const std::string& text)
{
    if (pattern == text)
        return true;
    // Thousands of names are compared with thousands, in the event loop.
    const bool is_plain = pattern.find_first_of("*?[\\") == std::string::npos;
    return !is_plain && ::fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool is_meant(const TunnelLabel& label, const std::string& pattern)
{
    if (label.name == pattern)
        return true;
    if (!pattern.starts_with('@'))
        return fits(pattern, label.name);
    const std::string group = pattern.substr(1);
    return std::ranges::any_of(label.groups, [&](const std::string& its) { return fits(group, its); });
}

}  // namespace

Selection selected(std::span<const TunnelLabel> labels, std::span<const std::string> patterns)
{
    Selection selection;
    std::vector<bool> meant(labels.size());
    for (const std::string& pattern : patterns) {
        bool found = false;
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (is_meant(labels[i], pattern))
                found = meant[i] = true;
        if (!found)
            selection.strange.push_back(pattern);
    }
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (meant[i])
            selection.names.push_back(labels[i].name);
    return selection;
}

}  // namespace autossh
