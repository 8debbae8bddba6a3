#include "autossh/ctl/word_meaning.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string maybe(std::string_view word, const std::vector<std::string_view>& known, std::string_view before)
{
    const auto meant = nearest(word, known);
    return meant ? fmt::format("; did you mean \"{}{}\"?", before, *meant) : "";
}

}  // namespace

CtlVerb verb_of(const std::string& word)
{
    if (word == "help")
        return CtlVerb::help;
    std::vector<std::string_view> known;
    for (const CtlVerbEntry& entry : ctl_verbs()) {
        if (entry.name == word)
            return entry.verb;
        known.push_back(entry.name);
    }
    throw UsageError(fmt::format("unknown command \"{}\"{}", word, maybe(word, known, "")));
}

const CtlOption& long_option(std::string_view name)
{
    std::vector<std::string_view> known;
    for (const CtlOption& option : ctl_options()) {
        if (option.name == name)
            return option;
        known.push_back(option.name);
    }
    throw UsageError(fmt::format("unknown option --{}{}", name, maybe(name, known, "--")));
}

const CtlOption& short_option(char letter)
{
    const auto found = std::ranges::find(ctl_options(), letter, &CtlOption::letter);
    if (letter == 0 || found == ctl_options().end())
        throw UsageError(fmt::format("unknown option -{}", letter));
    return *found;
}

}  // namespace autossh
