#include "autossh/settings/toml.hpp"

#include "autossh/base/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/core.h>

// Header-only, so that nothing has to be loaded at each start; without what we do not use of it.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#ifdef __cpp_lib_to_chars  // numbers of the file would else bring the C++ locales, at each start
#define TOML_FLOAT_CHARCONV 1
#endif
// Its assertions are about what a file may hold, too (a line "[["): without them the same place reports an
// error. With NDEBUG they would be promises to clang.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

namespace autossh {

namespace {

using File = std::shared_ptr<const std::string>;

FilePlace place_of(const toml::source_region& source, const File& file)
{
    return {file, source.begin.line, source.begin.column};
}

TomlValue value_from(const toml::node& node, const File& file);

TomlValue list_from(const toml::array& list, const File& file)
{
    TomlValue value;
    value.kind = TomlValue::Kind::list;
    for (const toml::node& item : list)
        value.items.push_back(value_from(item, file));
    return value;
}

/// The library sorts by name.
TomlValue table_from(const toml::table& table, const File& file)
{
    TomlValue value;
    for (const auto& [key, node] : table)
        value.entries.push_back(
            {std::string(key.str()), place_of(key.source(), file), value_from(node, file)});
    std::ranges::stable_sort(
        value.entries, {}, [](const TomlEntry& entry) { return std::pair(entry.at.line, entry.at.column); });
    return value;
}

TomlValue value_from(const toml::node& node, const File& file)
{
    TomlValue value;
    if (const toml::table* const table = node.as_table())
        value = table_from(*table, file);
    else if (const toml::array* const list = node.as_array())
        value = list_from(*list, file);
    else if (const auto* const text = node.as_string())
        value = {TomlValue::Kind::text, text->get(), {}, {}, {}};
    else if (const auto* const integer = node.as_integer())
        value = {TomlValue::Kind::integer, fmt::format("{}", integer->get()), {}, {}, {}};
    else if (const auto* const number = node.as_floating_point())
        value = {TomlValue::Kind::number, fmt::format("{}", number->get()), {}, {}, {}};
    else if (const auto* const truth = node.as_boolean())
        value = {TomlValue::Kind::truth, truth->get() ? "true" : "false", {}, {}, {}};
    else
        value.kind = TomlValue::Kind::date;
    value.at = place_of(node.source(), file);
    return value;
}

FleetError error_from(const toml::parse_error& error, const File& file)
{
    const FilePlace at = place_of(error.source(), file);
    const std::string_view words = error.description();
    if (words.find("inline table") != words.npos && words.find("saw '\\n'") != words.npos)
        return {at, "an inline table must stand on one line",
                "write a table with a header, such as [tunnel.a.local], and a line for each"};
    return {at, std::string(words), ""};
}

}  // namespace

std::string in_words(const TomlValue& value)
{
    switch (value.kind) {
    case TomlValue::Kind::text: return fmt::format("\"{}\"", value.text);
    case TomlValue::Kind::list: return "a list";
    case TomlValue::Kind::table: return "a table";
    case TomlValue::Kind::date: return "a date or a time of day";
    default: return value.text;
    }
}

std::string to_toml(const TomlValue& value)
{
    std::string words;
    switch (value.kind) {
    case TomlValue::Kind::text: return json_string(value.text);
    case TomlValue::Kind::list:
        for (const TomlValue& item : value.items)
            words += (words.empty() ? "" : ", ") + to_toml(item);
        return fmt::format("[{}]", words);
    case TomlValue::Kind::table:
        for (const TomlEntry& entry : value.entries)
            words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", entry.key, to_toml(entry.value));
        return fmt::format("{{ {} }}", words);
    default: return value.text;
    }
}

const TomlEntry* find_entry(const std::vector<TomlEntry>& entries, std::string_view key)
{
    const auto found = std::ranges::find(entries, key, &TomlEntry::key);
    return found == entries.end() ? nullptr : &*found;
}

std::variant<TomlValue, FleetError> read_toml(std::string_view text, std::shared_ptr<const std::string> file)
{
    const toml::parse_result parsed = toml::parse(text);
    if (!parsed)
        return error_from(parsed.error(), file);
    TomlValue document = table_from(parsed.table(), file);
    document.at = {std::move(file), 1, 1};
    return document;
}

}  // namespace autossh
