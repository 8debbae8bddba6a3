#include "autossh/settings/fleet_log.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_parts.hpp"
#include "autossh/settings/table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 3> log_keys{"file", "level", "format"};

}  // namespace

LogSettings fleet_log(const std::string& path, const std::vector<TomlEntry>& entries, const Settings& process,
                      FleetErrors& errors)
{
    Settings settings;
    settings.log = process.log;
    for (const TomlEntry& entry : entries) {
        const TomlValue& value = entry.value;
        if (std::ranges::find(log_keys, entry.key) == log_keys.end()) {
            report_unknown(entry, "[log]", log_keys, errors);
            continue;
        }
        const bool is_level = entry.key == "level";
        if (!value.is(is_level ? TomlKind::integer : TomlKind::text)) {
            errors.add(value.at, fmt::format("{}: {} is expected, not {}", entry.key,
                                             is_level ? "a number from 0 to 7" : "a text", in_words(value)));
            continue;
        }
        const std::string option = fmt::format("log-{}", entry.key);
        const bool is_path = entry.key == "file" && !value.text.empty();
        try {
            Settings& into = settings;
            Settings unused;
            give(*setting_of_option(option), is_path ? beside(path, with_home(value.text)) : value.text,
                 in_words(value.at), process.sources.contains(option) ? unused : into);
        } catch (const ConfigError& error) {
            errors.add(value.at, fmt::format("{}: {}", entry.key, error.what()));
        }
    }
    return settings.log;
}

}  // namespace autossh
