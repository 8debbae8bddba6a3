// A TOML 1.0 file as values with their places. The only header that leads to the TOML library. Pure.
#pragma once

#include "autossh/settings/fleet_errors.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace autossh {

struct TomlEntry;

/// A value.
struct TomlValue {
    enum class Kind { text, integer, number, truth, date, list, table };

    Kind kind = Kind::table;
    std::string text;                ///< of a text itself; of a list and a table none, else as TOML writes it
    std::vector<TomlValue> items;    ///< of a list
    std::vector<TomlEntry> entries;  ///< of a table, in the order of the file
    FilePlace at;                    ///< of a table with a header, that of the header

    bool is(Kind other) const { return kind == other; }
};

using TomlKind = TomlValue::Kind;

/// A key with its value.
struct TomlEntry {
    std::string key;
    FilePlace at;  ///< of the key
    TomlValue value;
};

/// "3.5", "\"text\"", "a list", "a table": what stands there in place of what was expected.
std::string in_words(const TomlValue& value);

/// A value as TOML writes it, on one line.
std::string to_toml(const TomlValue& value);

/// Null: there is none.
const TomlEntry* find_entry(const std::vector<TomlEntry>& entries, std::string_view key);

/// `file`: its name. The whole document is a table.
std::variant<TomlValue, FleetError> read_toml(std::string_view text, std::shared_ptr<const std::string> file);

}  // namespace autossh
