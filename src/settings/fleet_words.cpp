#include "autossh/settings/fleet_words.hpp"

#include "autossh/base/text.hpp"
#include "autossh/settings/fleet_forward.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/ssh_letters.hpp"

#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Calls `use` with each option letter of ssh's, and its value, up to the destination.
void for_each_option(std::span<const std::string> words,
                     const std::function<void(char letter, const std::string& value)>& use)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word.size() < 2 || word.front() != '-')
            continue;
        for (std::size_t k = 1; k < word.size(); ++k) {
            if (ssh_option(word[k]) != SshOption::takes_value) {
                use(word[k], "");
                continue;
            }
            const bool is_attached = k + 1 < word.size();
            if (!is_attached)
                ++i;
            use(word[k], is_attached ? word.substr(k + 1) : i < words.size() ? words[i] : "");
            break;
        }
    }
}

ForwardNeed need_of(const TomlValue& value, FleetErrors& errors)
{
    constexpr std::array<std::pair<std::string_view, ForwardNeed>, 3> needs{
        {{"required", ForwardNeed::required},
         {"wanted", ForwardNeed::wanted},
         {"optional", ForwardNeed::optional}}};
    for (const auto& [word, need] : needs)
        if (value.is(TomlKind::text) && value.text == word)
            return need;
    errors.add(value.at, fmt::format("need: \"required\", \"wanted\" or \"optional\" is expected, not {}",
                                     in_words(value)));
    return ForwardNeed::wanted;
}

/// Nothing: it has no specification.
std::optional<FleetForward> forward_of_table(const TomlEntry& entry, FleetErrors& errors)
{
    constexpr std::array<std::string_view, 2> known{"spec", "need"};
    std::optional<FleetForward> forward;
    ForwardNeed need = ForwardNeed::wanted;
    for (const TomlEntry& key : entry.value.entries) {
        if (key.key == "need")
            need = need_of(key.value, errors);
        else if (key.key != "spec")
            report_unknown(key, entry.key, known, errors);
        else if (!key.value.is(TomlKind::text))
            errors.add(key.value.at, fmt::format("spec: a text is expected, not {}", in_words(key.value)));
        else
            forward = {key.value.text, key.value.at, entry.key};
    }
    if (find_entry(entry.value.entries, "spec") == nullptr)
        errors.add(entry.value.at, fmt::format("{}: the forward has no spec", entry.key));
    if (forward)
        forward->need = need;
    return forward;
}

}  // namespace

std::vector<FleetForward> fleet_forwards(const TomlEntry& forwards, FleetErrors& errors)
{
    std::vector<FleetForward> found;
    for (const TomlValue& item : forwards.value.items)
        if (item.is(TomlKind::text))
            found.push_back({item.text, item.at});
    for (const TomlEntry& entry : forwards.value.entries) {
        if (!is_fleet_name(entry.key))
            errors.add(entry.at, fmt::format("\"{}\" is no name for a forward", entry.key),
                       "a name has letters, digits and _.@+-");
        if (entry.value.is(TomlKind::text))
            found.push_back({entry.value.text, entry.value.at, entry.key});
        else if (entry.value.is(TomlKind::table)) {
            if (auto forward = forward_of_table(entry, errors))
                found.push_back(std::move(*forward));
        } else
            errors.add(entry.value.at, fmt::format("{}: a text or a table with \"spec\" is expected, not {}",
                                                   entry.key, in_words(entry.value)));
    }
    return found;
}

std::optional<std::vector<std::string>> words_in(const TomlValue& value)
{
    if (value.is(TomlKind::list))
        return as_texts(value);
    return shell_words(value.text);
}

std::string mistake_in_options(std::span<const std::string> words)
{
    std::string mistake;
    bool skip = false;
    for (const std::string& word : words) {
        if (std::exchange(skip, false))
            continue;
        if (word == "--" || !word.starts_with('-') || word.size() < 2)
            return fmt::format("\"{}\" is no option of ssh's", word);
        if (word.starts_with("--"))
            return fmt::format("\"{}\" is no option of ssh's; one of autossh's is a key of its own", word);
        std::size_t k = 1;
        while (k < word.size() && (ssh_option(word[k]) == SshOption::flag || word[k] == 'M'))
            ++k;
        if (k < word.size() && ssh_option(word[k]) == SshOption::unknown && word[k] != 'M' && word[k] != 'V')
            return fmt::format("ssh has no option -{}", word[k]);
        skip = k + 1 == word.size();
    }
    for_each_option(words, [&](char letter, const std::string&) {
        if (letter == 'f')
            mistake = "-f would take ssh out of our sight; the fleet itself can have it: autossh -f --fleet";
        if (ssh_question(letter) != SshQuestion::none)
            mistake = fmt::format("-{} makes ssh answer a question and end", letter);
    });
    return skip ? fmt::format("the last option of \"{}\" has no value", words.back()) : mistake;
}

std::string mistake_in_fleet_words(Action action, const Settings& settings)
{
    if (action != Action::run)
        return "the words ask a question, and keep no tunnel";
    const auto given = [&settings](std::string_view option) {
        const auto found = settings.sources.find(option);
        return found != settings.sources.end() && found->second.starts_with("--") &&
               found->second != "--fleet";
    };
    for (const Setting& setting : setting_table())
        if (setting.scope == Scope::process && setting.option != "name" && given(setting.option))
            return fmt::format("--{} is of the whole process: give it on the command line of the fleet",
                               setting.option);
    for (const SecretRule& rule : settings.tunnel.secrets)
        if (rule.source.kind == SecretSource::Kind::prompt ||
            rule.source.kind == SecretSource::Kind::descriptor)
            return "nobody is at the terminal of a fleet: use --secret-file, --secret-command or "
                   "--secret-credential";
    return "";
}

std::vector<std::string> listening_places_in(std::span<const std::string> words)
{
    std::vector<std::string> places;
    for_each_option(words, [&](char letter, const std::string& value) {
        if (letter != 'L' && letter != 'D')
            return;
        if (auto place = listens_at(letter == 'L' ? ForwardOption::local : ForwardOption::dynamic, value))
            places.push_back(std::move(*place));
    });
    return places;
}

}  // namespace autossh
