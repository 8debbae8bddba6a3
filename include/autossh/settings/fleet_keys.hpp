// The keys of a tunnel in the file of many: which there are, and what kind of value each takes. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/table.hpp"
#include "autossh/settings/toml.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// In which part of the file keys stand.
enum class FleetPart { defaults, pattern, range, tunnel };

/// The setting of a key that is one of our options, of a tunnel's scope; null: it is none, or goes by another
/// name (port: monitor).
const Setting* setting_of_key(std::string_view key);

/// All keys that such a part may have.
std::vector<std::string_view> keys_of(FleetPart part);

/// Reports a key that is not known, with what is meant, and a value of another kind than its key takes.
/// `where`: "[tunnel.db]".
void check_keys(FleetPart part, std::string_view where, std::span<const TomlEntry> entries,
                FleetErrors& errors);

/// The place of its key, or of the header that it stands in.
const FilePlace& begin_of(const TomlEntry& entry);

/// Reports an entry whose key is none of `known`.
void report_unknown(const TomlEntry& entry, std::string_view where, std::span<const std::string_view> known,
                    FleetErrors& errors);

/// A value of an option as the command line would have it. Nothing: its kind is another one. Of a list, one
/// in each line for secret-for, else with commas between.
std::optional<std::string> as_option_value(const Setting& setting, const TomlValue& value);

/// The texts of a list; nothing: it is no list of texts.
std::optional<std::vector<std::string>> as_texts(const TomlValue& value);

/// Of a tunnel: letters, digits and _.@+-, not - first, at most 64.
bool is_fleet_name(std::string_view name);

}  // namespace autossh
