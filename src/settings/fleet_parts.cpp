#include "autossh/settings/fleet_parts.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_ledger.hpp"
#include "autossh/settings/fleet_order.hpp"
#include "autossh/settings/tunnel_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

using File = std::shared_ptr<const std::string>;

constexpr std::array<std::string_view, 10> top_keys{"include", "fleet",  "log", "defaults", "template",
                                                    "range",   "tunnel", "hub", "metrics",  "hook"};
constexpr std::array<std::string_view, 6> fleet_keys{"name",       "observers",       "max-connecting",
                                                     "per-server", "state-directory", "ledger-size"};

/// Beside a file of this name, fleet.d is read without being named.
constexpr std::string_view default_name = "fleet.toml";

class PartsReader {
public:
    PartsReader(const FleetFiles& files, FleetErrors& errors) : files_(files), errors_(errors) {}

    FleetParts read(const std::string& path)
    {
        const auto document = document_of(path, FilePlace{std::make_shared<const std::string>(path), 1, 1});
        if (!document)
            return std::move(parts_);
        take(*document, true);
        if (const TomlEntry* const include = find_entry(document->entries, "include"))
            take_includes(path, *include);
        if (path == default_name || path.ends_with(std::string("/").append(default_name)))
            take_matching(beside(path, "fleet.d/*.toml"), document->at);
        return std::move(parts_);
    }

private:
    std::optional<std::string> text_of(const std::string& path, const FilePlace& at)
    {
        FleetFile file = files_.read(path);
        if (file.error.empty())
            return std::move(file.text);
        errors_.add(at, file.error, file.remedy);
        return std::nullopt;
    }

    std::optional<TomlValue> document_of(const std::string& path, const FilePlace& at)
    {
        const auto text = text_of(path, at);
        if (!text)
            return std::nullopt;
        auto parsed = read_toml(*text, std::make_shared<const std::string>(path));
        if (const auto* const error = std::get_if<FleetError>(&parsed)) {
            errors_.add(error->at, error->text, error->remedy);
            return std::nullopt;
        }
        return std::get<TomlValue>(std::move(parsed));
    }

    void take_includes(const std::string& path, const TomlEntry& include)
    {
        const auto patterns = as_texts(include.value);
        if (!patterns)
            errors_.add(include.value.at, fmt::format("include: a list of patterns is expected, not {}",
                                                      in_words(include.value)));
        for (const std::string& pattern : patterns.value_or(std::vector<std::string>()))
            take_matching(beside(path, pattern), include.value.at);
    }

    /// Each file once.
    void take_matching(const std::string& pattern, const FilePlace& at)
    {
        for (const std::string& found : files_.matching(pattern)) {
            if (!included_.insert(found).second)
                continue;
            const FilePlace begin{std::make_shared<const std::string>(found), 1, 1};
            if (found.ends_with(".conf"))
                take_tunnel_file(found, begin);
            else if (!found.ends_with(".toml"))
                errors_.add(at, fmt::format("include: {} is neither .toml nor .conf", found));
            else if (const auto document = document_of(found, begin))
                take(*document, false);
        }
    }

    /// The file of autossh@NAME.service.
    void take_tunnel_file(const std::string& path, const FilePlace& begin)
    {
        const auto text = text_of(path, begin);
        if (!text)
            return;
        const std::size_t slash = path.rfind('/');
        std::string name = path.substr(slash == path.npos ? 0 : slash + 1);
        name.resize(name.size() - std::string_view(".conf").size());
        FleetSection section{name, begin, keys_of_tunnel_file(*text, begin, errors_)};
        if (has_good_name("tunnel", section))
            parts_.tunnels.push_back(std::move(section));
    }

    void take(const TomlValue& document, bool is_main)
    {
        for (const TomlEntry& entry : document.entries) {
            const bool is_part = entry.key == "template" || entry.key == "range" || entry.key == "tunnel";
            if (std::ranges::find(top_keys, entry.key) == top_keys.end())
                report_unknown(entry, "the file", top_keys, errors_);
            else if (!is_main && !is_part)
                errors_.add(begin_of(entry), fmt::format("\"{}\" in a file that is included", entry.key),
                            "only tunnel, template and range may stand there");
            else if (entry.key == "hook")
                parts_.hook = entry;
            else if (entry.key != "include" && !entry.value.is(TomlKind::table))
                errors_.add(entry.value.at,
                            fmt::format("{}: a table is expected, not {}", entry.key, in_words(entry.value)));
            else if (is_part)
                take_sections(entry);
            else if (entry.key == "defaults")
                take_defaults(entry.value);
            else if (entry.key == "fleet")
                take_fleet(entry.value);
            else if (entry.key == "log")
                parts_.log = entry.value.entries;
            else if (entry.key == "hub" || entry.key == "metrics")
                (entry.key == "hub" ? parts_.hub : parts_.metrics) =
                    FleetSection{"", entry.value.at, entry.value.entries};
        }
    }

    void take_defaults(const TomlValue& table)
    {
        check_keys(FleetPart::defaults, "[defaults]", table.entries, errors_);
        parts_.defaults = table.entries;
    }

    void take_fleet(const TomlValue& table)
    {
        for (const TomlEntry& entry : table.entries) {
            if (is_start_limit(entry.key))
                check_start_limit(entry, errors_);
            else if (is_ledger_key(entry.key))
                check_ledger_key(entry, errors_);
            else if (entry.key == "observers" && entry.value.is(TomlKind::text) && !entry.value.text.empty())
                continue;
            else if (entry.key == "observers")
                errors_.add(entry.value.at, fmt::format("observers: the name of a group is expected, not {}",
                                                        in_words(entry.value)));
            else if (entry.key != "name")
                report_unknown(entry, "[fleet]", fleet_keys, errors_);
            else if (!entry.value.is(TomlKind::text) || !is_fleet_name(entry.value.text))
                errors_.add(entry.value.at,
                            fmt::format("name: a name of letters, digits and _.@+- is expected, "
                                        "not {}",
                                        in_words(entry.value)));
        }
        parts_.fleet = table.entries;
    }

    void take_sections(const TomlEntry& part)
    {
        for (const TomlEntry& entry : part.value.entries) {
            if (!entry.value.is(TomlKind::table)) {
                errors_.add(entry.value.at,
                            fmt::format("{}: a table is expected, not {}", entry.key, in_words(entry.value)),
                            fmt::format("write [{}.NAME]", part.key));
                continue;
            }
            FleetSection section{entry.key, entry.value.at, entry.value.entries};
            const FleetPart kind = part.key == "tunnel"  ? FleetPart::tunnel
                                   : part.key == "range" ? FleetPart::range
                                                         : FleetPart::pattern;
            check_keys(kind, header_of(part.key, entry.key), section.keys, errors_);
            if (has_good_name(part.key, section))
                take_section(kind, std::move(section));
        }
    }

    bool has_good_name(std::string_view part, const FleetSection& section)
    {
        if (is_fleet_name(section.name))
            return true;
        errors_.add(section.at, fmt::format("\"{}\" is no name for a {}", section.name, part),
                    "a name has letters, digits and _.@+-, no - at its beginning, and at most 64 of them");
        return false;
    }

    void take_section(FleetPart kind, FleetSection section)
    {
        if (kind == FleetPart::tunnel) {
            parts_.tunnels.push_back(std::move(section));  // one that is there already may be of a range
            return;
        }
        const auto is_same = [&](const FleetSection& other) { return other.name == section.name; };
        const auto range = std::ranges::find_if(parts_.ranges, is_same);
        const auto pattern = parts_.templates.find(section.name);
        if (kind == FleetPart::range && range != parts_.ranges.end())
            is_there_already("range", section, range->at);
        else if (kind == FleetPart::pattern && pattern != parts_.templates.end())
            is_there_already("template", section, pattern->second.at);
        else if (kind == FleetPart::range)
            parts_.ranges.push_back(std::move(section));
        else
            parts_.templates.emplace(section.name, std::move(section));
    }

    void is_there_already(std::string_view part, const FleetSection& section, const FilePlace& before)
    {
        errors_.add(section.at,
                    fmt::format("{} \"{}\" is there already, at {}", part, section.name, in_words(before)));
    }

    const FleetFiles& files_;
    FleetErrors& errors_;
    FleetParts parts_;
    std::set<std::string> included_ = {};
};

}  // namespace

FleetParts read_fleet_parts(const std::string& path, const FleetFiles& files, FleetErrors& errors)
{
    return PartsReader(files, errors).read(path);
}

std::string header_of(std::string_view part, std::string_view name)
{
    return fmt::format("[{}.{}]", part, name);
}

std::string beside(const std::string& file, const std::string& path)
{
    const std::string_view directory = directory_part(file);
    if (directory.empty() || path.starts_with('/'))
        return path;
    return fmt::format("{}{}{}", directory, directory.ends_with('/') ? "" : "/", path);
}

}  // namespace autossh
