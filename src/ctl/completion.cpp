#include "autossh/ctl/completion.hpp"

#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/options.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/import/kind.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

using Offers = std::vector<CompletionOffer>;

const CtlOption* option_of_word(const std::string& word)
{
    for (const CtlOption& option : ctl_options())
        if (word == fmt::format("--{}", option.name) ||
            (option.letter != 0 && word == fmt::format("-{}", option.letter)))
            return &option;
    return nullptr;
}

/// What the words before the last say.
struct CompletionPlace {
    std::optional<CtlVerb> verb = {};
    const CtlOption* awaited = nullptr;  ///< its value is the last word
    bool options_end = false;
    std::vector<std::string> given = {};  ///< tunnels
};

CompletionPlace completion_place(std::span<const std::string> before)
{
    CompletionPlace place;
    for (const std::string& word : before) {
        if (place.awaited != nullptr) {
            place.awaited = nullptr;
        } else if (word == "--") {
            place.options_end = true;
        } else if (!place.options_end && word.starts_with('-')) {
            const CtlOption* const option = option_of_word(word);
            if (option != nullptr && !option->argument.empty())
                place.awaited = option;
        } else if (place.verb) {
            place.given.push_back(word);
        } else {
            const auto entry = std::ranges::find(ctl_verbs(), word, &CtlVerbEntry::name);
            place.verb = entry == ctl_verbs().end() ? CtlVerb::help : entry->verb;
        }
    }
    return place;
}

void offer_options(Offers& offers, const CompletionPlace& place)
{
    for (const CtlOption& option : ctl_options())
        if (goes_with(option, place.verb.value_or(CtlVerb::status)))
            offers.push_back({fmt::format("--{}", option.name), std::string(option.help)});
}

void offer_tunnels(Offers& offers, const std::vector<SeenDaemon>& daemons)
{
    std::vector<std::string> groups;
    for (const SeenDaemon& daemon : daemons)
        for (const TunnelFacts& tunnel : daemon.facts.tunnels) {
            offers.push_back({tunnel.name, state_for_table(tunnel)});
            groups.insert(groups.end(), tunnel.groups.begin(), tunnel.groups.end());
        }
    std::ranges::sort(groups);
    groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
    for (const std::string& group : groups)
        offers.push_back({"@" + group, "group"});
}

void offer_value(Offers& offers, const CtlOption& option,
                 const std::function<std::vector<SeenDaemon>()>& live)
{
    if (option.name == "color")
        for (const std::string_view when : {"always", "never", "auto"})
            offers.push_back({std::string(when), ""});
    if (option.name == "from")
        for (const ImportKind& kind : import_kinds())
            offers.push_back({std::string(kind.name), std::string(kind.what)});
    if (option.name != "daemon")
        return;
    for (const SeenDaemon& daemon : live())
        offers.push_back({daemon.facts.name, fmt::format("pid {}", daemon.facts.pid)});
}

bool takes_tunnels(CtlVerb verb)
{
    const auto entry = std::ranges::find(ctl_verbs(), verb, &CtlVerbEntry::verb);
    return entry != ctl_verbs().end() && entry->arguments.find("TUNNELS") != std::string_view::npos;
}

bool is_fit_for_a_shell(const std::string& word)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@+-%,:/=";
    return !word.empty() && word.find_first_not_of(plain) == std::string::npos;
}

}  // namespace

std::vector<CompletionOffer> completions(std::span<const std::string> words,
                                         const std::function<std::vector<SeenDaemon>()>& live)
{
    const std::string last = words.empty() ? "" : words.back();
    const CompletionPlace place = completion_place(words.first(words.empty() ? 0 : words.size() - 1));
    Offers offers;
    if (place.awaited != nullptr)
        offer_value(offers, *place.awaited, live);
    else if (!place.options_end && last.starts_with('-'))
        offer_options(offers, place);
    else if (!place.verb)
        for (const CtlVerbEntry& entry : ctl_verbs())
            offers.push_back({std::string(entry.name), std::string(entry.help)});
    else if (takes_tunnels(*place.verb))
        offer_tunnels(offers, live());
    std::erase_if(offers, [&](const CompletionOffer& offer) {
        return !offer.word.starts_with(last) ||
               std::ranges::find(place.given, offer.word) != place.given.end();
    });
    return offers;
}

std::string completion_text(std::span<const CompletionOffer> offers)
{
    std::string text;
    for (const CompletionOffer& offer : offers)
        if (is_fit_for_a_shell(offer.word))
            text += fmt::format("{}\t{}\n", offer.word, fit_for_screen(offer.help));
    return text;
}

}  // namespace autossh
