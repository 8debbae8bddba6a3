#include "autossh/settings/fleet_range.hpp"

#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_table.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/core.h>
#include <fnmatch.h>

namespace autossh {

namespace {

/// "001..150"; "20001.." is as long as the others.
struct NumberRange {
    std::int64_t first = 0;
    std::optional<std::int64_t> last;
    std::size_t width = 0;  ///< zeros are kept up to this

    std::string at(std::size_t index) const
    {
        return fmt::format("{:0{}}", first + static_cast<std::int64_t>(index), width);
    }
};

/// Of digits alone: zeros in front mean nothing.
std::int64_t in_decimal(std::string_view digits)
{
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::optional<NumberRange> number_range(std::string_view text)
{
    const std::size_t dots = text.find("..");
    if (dots == text.npos)
        return std::nullopt;
    const std::string_view first = text.substr(0, dots);
    const std::string_view last = text.substr(dots + 2);
    const auto is_number = [](std::string_view number) {
        return !number.empty() && number.size() <= 15 &&
               number.find_first_not_of("0123456789") == std::string_view::npos;
    };
    if (!is_number(first) || (!last.empty() && !is_number(last)))
        return std::nullopt;
    NumberRange range{in_decimal(first), std::nullopt, first.starts_with('0') ? first.size() : 0};
    if (!last.empty())
        range.last = in_decimal(last);
    if (range.last && *range.last < range.first)
        return std::nullopt;
    return range;
}

class RangeReader {
public:
    RangeReader(const FleetSection& range, const FleetFiles& files, std::size_t most, FleetErrors& errors)
        : range_(range), files_(files), most_(most), errors_(errors)
    {}

    std::vector<RangeMember> read()
    {
        int ways = 0;
        for (const std::string_view key : {"vars", "table", "hosts"})
            ways += find_entry(range_.keys, key) != nullptr ? 1 : 0;
        if (ways != 1) {
            errors_.add(range_.at,
                        fmt::format("{} of vars, table and hosts in {}", ways == 0 ? "none" : "several",
                                    header_of("range", range_.name)),
                        "give one of them: it says how many tunnels there are");
            return {};
        }
        for (const TomlEntry& entry : range_.keys) {
            if (entry.key == "vars" && entry.value.is(TomlKind::table))
                read_vars(entry.value);
            if (entry.key == "table" && entry.value.is(TomlKind::text))
                read_table(entry.value);
            if (entry.key == "hosts" && entry.value.is(TomlKind::text))
                read_hosts(entry.value);
        }
        name_members();
        return std::move(members_);
    }

private:
    /// How many each variable has; nothing: as many as the others.
    std::optional<std::size_t> size_of(const TomlEntry& variable)
    {
        if (variable.value.is(TomlKind::list))
            return variable.value.items.size();
        const auto range = number_range(variable.value.text);
        if (!variable.value.is(TomlKind::text) || !range) {
            errors_.add(
                variable.value.at,
                fmt::format("{}: numbers such as \"001..150\" or \"20001..\", or a list, are expected, "
                            "not {}",
                            variable.key, in_words(variable.value)));
            return 0;
        }
        if (!range->last)
            return std::nullopt;
        return static_cast<std::size_t>(*range->last - range->first) + 1;
    }

    void read_vars(const TomlValue& table)
    {
        std::optional<std::size_t> size;
        for (const TomlEntry& variable : table.entries) {
            const auto its = size_of(variable);
            if (its && size && *its != *size) {
                errors_.add(variable.value.at,
                            fmt::format("{} has {} values, and others have {}", variable.key, *its, *size));
                return;
            }
            size = its ? its : size;
        }
        if (!size) {
            errors_.add(table.at, "vars: it is open how many there are",
                        "give one of the variables an end: \"1..10\"");
            return;
        }
        if (is_too_many(*size, table.at))
            return;
        for (std::size_t i = 0; i < *size; ++i) {
            RangeMember& member = members_.emplace_back();
            for (const TomlEntry& variable : table.entries)
                member.variables[variable.key] = value_of(variable.value, i);
        }
    }

    static std::string value_of(const TomlValue& value, std::size_t index)
    {
        if (value.is(TomlKind::list))
            return value.items[index].text;
        const auto range = number_range(value.text);
        return range ? range->at(index) : "";
    }

    void read_table(const TomlValue& value)
    {
        FleetTable table = fleet_table(value, files_, errors_);
        if (is_too_many(table.rows.size(), table.at))
            return;
        for (FleetRow& row : table.rows)
            members_.emplace_back().variables = std::move(row.variables);
    }

    void read_hosts(const TomlValue& pattern)
    {
        for (const std::string& host : files_.ssh_hosts())
            if (::fnmatch(pattern.text.c_str(), host.c_str(), 0) == 0 &&
                std::ranges::find(members_, host, &RangeMember::name) == members_.end())
                members_.push_back({host, {{"host", host}}});
        if (members_.empty())
            errors_.add(pattern.at, fmt::format("no Host of ssh's configuration fits \"{}\"", pattern.text));
        if (is_too_many(members_.size(), pattern.at))
            members_.clear();
    }

    bool is_too_many(std::size_t number, const FilePlace& at)
    {
        if (number > most_)
            errors_.add(at, fmt::format("{} tunnels, and there may be {}", number, most_));
        return number > most_;
    }

    void name_members()
    {
        const TomlEntry* const pattern = find_entry(range_.keys, "name");
        for (RangeMember& member : members_) {
            if (pattern != nullptr && pattern->value.is(TomlKind::text))
                member.name = substituted(pattern->value, member.variables, errors_).text;
            else if (const auto column = member.variables.find("name"); column != member.variables.end())
                member.name = column->second;
            const FilePlace& at = pattern != nullptr ? pattern->value.at : range_.at;
            if (member.name.empty() && pattern == nullptr)
                errors_.add(range_.at,
                            fmt::format("the tunnels of {} have no names", header_of("range", range_.name)),
                            "give a pattern such as name = \"n{n}\", or a column \"name\"");
            else if (!is_fleet_name(member.name))
                errors_.add(
                    at, fmt::format("\"{}\" is no name for a tunnel", member.name),
                    "a name has letters, digits and _.@+-, no - at its beginning, and at most 64 of them");
            member.variables["name"] = member.name;
        }
        std::erase_if(members_, [](const RangeMember& member) { return !is_fleet_name(member.name); });
    }

    const FleetSection& range_;
    const FleetFiles& files_;
    std::size_t most_;
    FleetErrors& errors_;
    std::vector<RangeMember> members_;
};

}  // namespace

std::vector<RangeMember> members_of(const FleetSection& range, const FleetFiles& files, std::size_t most,
                                    FleetErrors& errors)
{
    return RangeReader(range, files, most, errors).read();
}

}  // namespace autossh
