#include "autossh/settings/fleet_table.hpp"

#include "autossh/settings/csv.hpp"
#include "autossh/settings/fleet_parts.hpp"

#include <span>

#include <fmt/core.h>

namespace autossh {

FleetTable fleet_table(const TomlValue& value, const FleetFiles& files, FleetErrors& errors)
{
    const std::string path = beside(*value.at.file, value.text);
    const auto source = std::make_shared<const std::string>(path);
    FleetTable table{.at = {source, 1, 1}, .names = {}, .rows = {}};
    const FleetFile file = files.read(path);
    if (!file.error.empty()) {
        errors.add(value.at, file.error, file.remedy);
        return table;
    }
    const std::vector<CsvRow> rows = read_csv(file.text);
    if (rows.empty()) {
        errors.add(table.at, "the first line is to name the variables, and there is none");
        return table;
    }
    table.names = rows.front().fields;
    std::string all;
    for (const std::string& name : table.names)
        all += (all.empty() ? "" : ",") + name;
    for (const CsvRow& row : std::span(rows).subspan(1)) {
        const FilePlace at{source, row.line, 1};
        if (row.fields.size() != table.names.size()) {
            errors.add(at, fmt::format("{} field{}, but the first line has {} ({})", row.fields.size(),
                                       row.fields.size() == 1 ? "" : "s", table.names.size(), all));
            continue;
        }
        FleetRow& read = table.rows.emplace_back(FleetRow{at, {}});
        for (std::size_t i = 0; i < table.names.size(); ++i)
            read.variables[table.names[i]] = row.fields[i];
    }
    return table;
}

}  // namespace autossh
