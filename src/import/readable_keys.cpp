#include "autossh/import/readable_keys.hpp"

#include "autossh/base/text.hpp"
#include "autossh/import/imported_settings.hpp"
#include "autossh/settings/fleet_keys.hpp"

#include <fmt/format.h>

namespace autossh {

namespace {

bool is_plain_number(const std::string& text)
{
    return !text.empty() && text.size() < 6 && text.find_first_not_of("0123456789") == text.npos;
}

void put_key(std::vector<TomlEntry>& keys, std::string key, TomlValue value)
{
    keys.push_back({std::move(key), {}, std::move(value)});
}

/// A table where each has a name, else a list.
void put_forwards(std::vector<TomlEntry>& keys, const std::string& key, char letter,
                  const std::vector<std::string>& forwards, const std::map<std::string, std::string>& labels)
{
    if (forwards.empty())
        return;
    TomlValue named;
    for (const std::string& forward : forwards)
        if (const auto label = labels.find(fmt::format("-{} {}", letter, forward));
            label != labels.end() && is_fleet_name(label->second))
            put_key(named.entries, label->second, imported_text(forward));
    put_key(keys, key, named.entries.size() == forwards.size() ? named : imported_list(forwards));
}

void put_options(std::vector<TomlEntry>& keys, const SshWords& ssh)
{
    constexpr std::size_t longest_text_of_options = 80;
    const std::vector<std::string> words = ssh.option_words();
    if (words.empty())
        return;
    const std::string line = shell_quoted(words);
    const bool is_text = line.find_first_of("'\\\"") == line.npos && line.size() <= longest_text_of_options;
    put_key(keys, "options", is_text ? imported_text(line) : imported_list(words));
}

}  // namespace

std::optional<std::vector<TomlEntry>> readable_keys(const SshWords& words, const std::string& name,
                                                    const std::string& monitor,
                                                    const std::map<std::string, std::string>& labels)
{
    if (words.no_command == !words.command.empty())
        return std::nullopt;
    std::vector<TomlEntry> keys;
    if (words.destination != name)
        put_key(keys, "host", imported_text(words.destination));
    put_forwards(keys, "local", 'L', words.local, labels);
    put_forwards(keys, "remote", 'R', words.remote, labels);
    put_forwards(keys, "dynamic", 'D', words.dynamic, labels);
    put_options(keys, words);
    if (!words.command.empty())
        put_key(keys, "command", imported_text(fmt::format("{}", fmt::join(words.command, " "))));
    if (!monitor.empty()) {
        TomlValue value = imported_text(monitor);
        if (is_plain_number(monitor))
            value.kind = TomlKind::integer;
        put_key(keys, "monitor", std::move(value));
    }
    return keys;
}

}  // namespace autossh
