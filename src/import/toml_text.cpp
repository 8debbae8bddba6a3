#include "autossh/import/toml_text.hpp"

#include "autossh/base/json_text.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t longest_toml_line = 100;

std::string toml_key(std::string_view key)
{
    const auto is_bare = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
    };
    return !key.empty() && std::ranges::all_of(key, is_bare) ? std::string(key) : json_string(key);
}

/// A text whose quotes and backslashes would have to be escaped, in single quotes.
std::string toml_string(const std::string& text)
{
    const bool is_printable =
        std::ranges::all_of(text, [](char letter) { return letter >= ' ' && letter != '\x7f'; });
    const bool needs_it = text.find_first_of("\"\\") != text.npos;
    if (needs_it && is_printable && text.find('\'') == text.npos)
        return fmt::format("'{}'", text);
    return json_string(text);
}

std::string toml_value(const TomlValue& value)
{
    std::string words;
    switch (value.kind) {
    case TomlKind::text: return toml_string(value.text);
    case TomlKind::list:
        for (const TomlValue& item : value.items)
            words += (words.empty() ? "" : ", ") + toml_value(item);
        return fmt::format("[{}]", words);
    case TomlKind::table:
        for (const TomlEntry& entry : value.entries)
            words += fmt::format("{}{} = {}", words.empty() ? "" : ", ", toml_key(entry.key),
                                 toml_value(entry.value));
        return fmt::format("{{ {} }}", words);
    default: return value.text;
    }
}

/// One whose value may follow: it stays on its line.
bool is_option(const std::string& word)
{
    return word.size() == 2 && word.front() == '-';
}

std::string toml_line(const TomlEntry& entry)
{
    std::string line = fmt::format("{} = {}\n", toml_key(entry.key), toml_value(entry.value));
    const bool is_list = entry.value.is(TomlKind::list) && entry.value.items.size() > 1;
    if (line.size() <= longest_toml_line || !is_list)
        return line;
    line = fmt::format("{} = [\n", toml_key(entry.key));
    for (std::size_t i = 0; i < entry.value.items.size(); ++i) {
        const TomlValue& item = entry.value.items[i];
        const bool is_value =
            i > 0 && !item.text.starts_with('-') && is_option(entry.value.items[i - 1].text);
        line += fmt::format("{}{},", i == 0 ? "    " : is_value ? " " : "\n    ", toml_value(item));
    }
    return line + "\n]\n";
}

}  // namespace

std::string tunnel_as_toml(std::string_view name, const std::vector<TomlEntry>& keys)
{
    std::string text = fmt::format("[tunnel.{}]\n", toml_key(name));
    for (const TomlEntry& entry : keys)
        text += toml_line(entry);
    return text;
}

bool may_stand_in_toml(std::string_view text)
{
    while (!text.empty()) {
        const std::size_t size = size_of_first_character(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

}  // namespace autossh
