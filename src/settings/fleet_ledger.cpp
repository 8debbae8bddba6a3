#include "autossh/settings/fleet_ledger.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/fleet_parts.hpp"

#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view directory_key = "state-directory";
constexpr std::string_view size_key = "ledger-size";
constexpr std::int64_t least_size = std::int64_t{1} << 20U;
constexpr std::int64_t largest_size = std::int64_t{1} << 40U;

/// "64M": with K, M or G; bytes without.
std::optional<std::uint64_t> size_of(const TomlValue& value)
{
    std::string number = value.text;
    std::int64_t unit = 1;
    if (value.is(TomlKind::text) && !number.empty()) {
        const std::size_t letter = std::string_view("KMG").find(number.back());
        unit = letter == std::string_view::npos ? 1 : std::int64_t{1} << (10 * (letter + 1));
        if (unit > 1)
            number.pop_back();
    } else if (!value.is(TomlKind::integer)) {
        return std::nullopt;
    }
    const bool is_plain = !number.empty() && number.find_first_not_of("0123456789") == std::string::npos;
    const auto size = is_plain && number.front() != '0' ? parse_integer(number) : std::nullopt;
    if (!size || *size > largest_size / unit || *size * unit < least_size)
        return std::nullopt;
    return static_cast<std::uint64_t>(*size * unit);
}

}  // namespace

bool is_ledger_key(std::string_view key)
{
    return key == directory_key || key == size_key;
}

void check_ledger_key(const TomlEntry& entry, FleetErrors& errors)
{
    const TomlValue& value = entry.value;
    if (entry.key == size_key && !size_of(value))
        errors.add(value.at, fmt::format("{}: a size from \"1M\" on, such as \"64M\", is expected, not {}",
                                         size_key, in_words(value)));
    if (entry.key == directory_key &&
        (!value.is(TomlKind::text) || value.text.empty() || one_line(value.text) != value.text))
        errors.add(value.at, fmt::format("{}: the path of a directory is expected, not {}", directory_key,
                                         in_words(value)));
}

FleetLedger fleet_ledger(const std::string& path, const std::vector<TomlEntry>& fleet)
{
    FleetLedger ledger;
    if (const TomlEntry* const directory = find_entry(fleet, directory_key)) {
        ledger.state_directory = beside(path, with_home(directory->value.text));
        ledger.at = directory->value.at;
    }
    if (const TomlEntry* const size = find_entry(fleet, size_key))
        ledger.size = size_of(size->value).value_or(ledger.size);
    return ledger;
}

}  // namespace autossh
