#include "autossh/settings/fleet_text.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

std::string names_of(const FleetVariables& variables)
{
    std::string names;
    for (const auto& [name, value] : variables)
        names += (names.empty() ? "" : ", ") + name;
    return names;
}

std::string in_text(const TomlValue& value, const FleetVariables& variables, FleetErrors& errors)
{
    const std::string_view text = value.text;
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_brace = text[i] == '{' || text[i] == '}';
        if (!is_brace || text.substr(i, 2) == "{{" || text.substr(i, 2) == "}}") {
            result += text[i];
            i += is_brace ? 1 : 0;
            continue;
        }
        const std::size_t end = text.find('}', i);
        if (text[i] == '}' || end == text.npos) {
            errors.add(value.at, fmt::format("a brace stands alone in \"{}\"", text),
                       fmt::format("write {0}{0} for a brace", text[i]));
            return result;
        }
        const std::string_view name = text.substr(i + 1, end - i - 1);
        const auto found = variables.find(name);
        if (found == variables.end())
            errors.add(value.at, fmt::format("{{{}}} in \"{}\": no such variable; there {} {}", name, text,
                                             variables.size() == 1 ? "is" : "are", names_of(variables)));
        else
            result += found->second;
        i = end;
    }
    return result;
}

}  // namespace

TomlValue substituted(const TomlValue& value, const FleetVariables& variables, FleetErrors& errors)
{
    TomlValue result = value;
    if (value.is(TomlKind::text))
        result.text = in_text(value, variables, errors);
    for (TomlValue& item : result.items)
        item = substituted(item, variables, errors);
    for (TomlEntry& entry : result.entries)
        entry.value = substituted(entry.value, variables, errors);
    return result;
}

}  // namespace autossh
