#include "autossh/settings/fleet_keys.hpp"

#include "autossh/settings/nearest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace autossh {

namespace {

/// A key of a tunnel that is no option of ours.
struct TunnelKey {
    std::string_view name;
    std::string_view expected;
    bool (*takes)(const TomlValue&);
};

bool is_text(const TomlValue& value)
{
    return value.is(TomlKind::text);
}

bool is_truth(const TomlValue& value)
{
    return value.is(TomlKind::truth);
}

bool is_text_list(const TomlValue& value)
{
    return value.is(TomlKind::list) && std::ranges::all_of(value.items, is_text);
}

bool is_text_or_list(const TomlValue& value)
{
    return is_text(value) || is_text_list(value);
}

bool is_text_table(const TomlValue& value)
{
    return value.is(TomlKind::table) && std::ranges::all_of(value.entries, is_text, &TomlEntry::value);
}

bool is_forward_list(const TomlValue& value)
{
    return is_text_list(value) || value.is(TomlKind::table);
}

/// In a remedy.
constexpr std::size_t most_listed = 10;

constexpr std::string_view wants_forwards = "a list such as [\"8080:web:80\"] or a table of named forwards";
constexpr std::string_view wants_words = "words in one text or a list of words";
constexpr std::string_view wants_names = "a list of names";
constexpr std::string_view wants_text = "a text";

// Arrays of this kind g++ makes read-only; of a std::array whose type it deduces it does not, where it has
// pointers.
constexpr TunnelKey tunnel_keys[] = {
    {"host", wants_text, is_text},
    {"local", wants_forwards, is_forward_list},
    {"remote", wants_forwards, is_forward_list},
    {"dynamic", wants_forwards, is_forward_list},
    {"options", wants_words, is_text_or_list},
    {"command", wants_text, is_text},
    {"autossh", wants_words, is_text_or_list},
    {"monitor", "a port, \"PORT:ECHO\", \"auto\" or \"auto:PORT\"",
     [](const TomlValue& value) { return is_text(value) || value.is(TomlKind::integer); }},
    {"enabled", "true or false", is_truth},
    {"groups", wants_names, is_text_list},
    {"description", wants_text, is_text},
    {"priority", "a whole number", [](const TomlValue& value) { return value.is(TomlKind::integer); }},
    {"after", wants_names, is_text_list},
    {"environment", "a table of texts", is_text_table},
};

constexpr TunnelKey range_keys[] = {
    {"template", "the name of a template", is_text},
    {"name", "a text with a variable, such as \"n{n}\"", is_text},
    {"vars", "a table such as { n = \"001..150\" }",
     [](const TomlValue& value) { return value.is(TomlKind::table); }},
    {"table", "the path of a CSV file", is_text},
    {"hosts", "a pattern such as \"tun-*\"", is_text},
};

std::span<const TunnelKey> keys_of_range_in(FleetPart part)
{
    if (part == FleetPart::range)
        return range_keys;
    return std::span(range_keys).first(part == FleetPart::tunnel ? 1 : 0);
}

const TunnelKey* find_key(FleetPart part, std::string_view name)
{
    for (const std::span<const TunnelKey> keys :
         {std::span<const TunnelKey>(tunnel_keys), keys_of_range_in(part)})
        if (const auto found = std::ranges::find(keys, name, &TunnelKey::name); found != keys.end())
            return &*found;
    return nullptr;
}

/// Options that are no key, and what helps.
std::string_view remedy_of_option(std::string_view name)
{
    if (name == "port")
        return "write \"monitor\"";
    if (name == "name")
        return "the name of a tunnel is that of its table: [tunnel.NAME]";
    if (name == "secret-prompt" || name == "secret-fd")
        return "nobody is at the terminal of a fleet: use secret-file, secret-command or secret-credential";
    if (name.starts_with("log-"))
        return "it is of the whole process: write it into [log], or give it on the command line";
    const Setting* const setting = setting_of_option(name);
    return setting != nullptr && setting->scope == Scope::process
               ? "it is of the whole process: give it on the command line"
               : "";
}

std::string_view expected_for(const Setting& setting)
{
    if (setting.argument == "TIME")
        return "a time such as \"30s\"";
    if (setting.argument == "N")
        return "a whole number";
    if (setting.argument.empty())
        return "true or false";
    if (setting.argument.starts_with('['))
        return "true, false or a path";
    return setting.argument.find("...") != std::string_view::npos || setting.option == "secret-for"
               ? "a text or a list of texts"
               : wants_text;
}

}  // namespace

const Setting* setting_of_key(std::string_view key)
{
    const Setting* const setting = setting_of_option(key);
    return setting != nullptr && setting->scope == Scope::tunnel && key != "port" ? setting : nullptr;
}

std::vector<std::string_view> keys_of(FleetPart part)
{
    std::vector<std::string_view> keys;
    for (const TunnelKey& key : tunnel_keys)
        keys.push_back(key.name);
    for (const TunnelKey& key : keys_of_range_in(part))
        keys.push_back(key.name);
    for (const Setting& setting : setting_table())
        if (setting_of_key(setting.option) != nullptr)
            keys.push_back(setting.option);
    return keys;
}

const FilePlace& begin_of(const TomlEntry& entry)
{
    const FilePlace& value = entry.value.at;
    return value.line == entry.at.line && value.column < entry.at.column ? value : entry.at;
}

void report_unknown(const TomlEntry& entry, std::string_view where, std::span<const std::string_view> known,
                    FleetErrors& errors)
{
    const auto meant = nearest(entry.key, known);
    std::string remedy = meant ? fmt::format("did you mean \"{}\"?", *meant) : "";
    if (!meant && known.size() <= most_listed)
        remedy = fmt::format("there {} {}", known.size() == 1 ? "is" : "are",
                             fmt::join(known.begin(), known.end(), ", "));
    errors.add(begin_of(entry), fmt::format("unknown key \"{}\" in {}", entry.key, where), remedy);
}

void check_keys(FleetPart part, std::string_view where, std::span<const TomlEntry> entries,
                FleetErrors& errors)
{
    const auto known = keys_of(part);
    for (const TomlEntry& entry : entries) {
        const TunnelKey* const key = find_key(part, entry.key);
        const Setting* const setting = setting_of_key(entry.key);
        const auto expected = [&](std::string_view what) {
            errors.add(entry.value.at,
                       fmt::format("{}: {} is expected, not {}", entry.key, what, in_words(entry.value)));
        };
        if (key != nullptr && !key->takes(entry.value))
            expected(key->expected);
        if (key == nullptr && setting != nullptr && !as_option_value(*setting, entry.value))
            expected(expected_for(*setting));
        if (key != nullptr || setting != nullptr)
            continue;
        if (const std::string_view remedy = remedy_of_option(entry.key); !remedy.empty())
            errors.add(entry.at, fmt::format("\"{}\" is no key of {}", entry.key, where),
                       std::string(remedy));
        else
            report_unknown(entry, where, known, errors);
    }
}

std::optional<std::string> as_option_value(const Setting& setting, const TomlValue& value)
{
    const bool is_switch = setting.argument.empty() || setting.argument.starts_with('[');
    if (is_switch && is_truth(value))
        return value.text == "true" ? "yes" : "no";
    if (setting.argument.empty())
        return std::nullopt;
    if (value.is(TomlKind::integer) && (setting.argument == "TIME" || setting.argument == "N"))
        return value.text;
    const bool takes_list = setting.argument.ends_with(",...") || setting.option == "secret-for";
    if (takes_list && is_text_list(value)) {
        std::string joined;
        for (const TomlValue& item : value.items)
            joined += (joined.empty() ? "" : setting.option == "secret-for" ? "\n" : ",") + item.text;
        return joined;
    }
    if (!is_text(value) || setting.argument == "N")
        return std::nullopt;
    return value.text;
}

std::optional<std::vector<std::string>> as_texts(const TomlValue& value)
{
    if (!is_text_list(value))
        return std::nullopt;
    std::vector<std::string> texts;
    for (const TomlValue& item : value.items)
        texts.push_back(item.text);
    return texts;
}

bool is_fleet_name(std::string_view name)
{
    const auto is_good = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') ||
               std::string_view("_.@+-").find(letter) != std::string_view::npos;
    };
    return !name.empty() && name.size() <= 64 && name.front() != '-' && std::ranges::all_of(name, is_good) &&
           name.find_first_not_of('.') != std::string_view::npos;
}

}  // namespace autossh
