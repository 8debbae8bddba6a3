#include "autossh/import/yaml_lines.hpp"

#include <algorithm>

namespace autossh {

std::vector<YamlLine> yaml_lines(std::string_view text)
{
    std::vector<YamlLine> lines;
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        lines.push_back({indent, std::string(line.substr(indent)), lines.size() + 1});
    }
    return lines;
}

std::size_t size_of(const TomlValue& value)
{
    std::size_t size = 1;
    for (const TomlValue& item : value.items)
        size += size_of(item);
    for (const TomlEntry& entry : value.entries)
        size += size_of(entry.value);
    return size;
}

}  // namespace autossh
