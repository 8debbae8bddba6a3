#include "autossh/ctl/options.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array verbs{
    CtlVerbEntry{CtlVerb::status, "status", "[TUNNELS]", "how they are, the worst first (without a command)"},
    CtlVerbEntry{CtlVerb::watch, "watch", "[TUNNELS]",
                 "the same on a screen that goes on, with keys for orders"},
    CtlVerbEntry{CtlVerb::start, "start", "TUNNELS", "keep them up again, after a stop"},
    CtlVerbEntry{CtlVerb::stop, "stop", "TUNNELS", "end them until a start"},
    CtlVerbEntry{CtlVerb::restart, "restart", "TUNNELS", "end their ssh, and start another"},
    CtlVerbEntry{CtlVerb::retry, "try", "TUNNELS", "try now what waits for its next try"},
    CtlVerbEntry{CtlVerb::reload, "reload", "", "read the file again, and change what has changed"},
    CtlVerbEntry{CtlVerb::check, "check", "[FILE]", "look for mistakes in a file of tunnels"},
    CtlVerbEntry{CtlVerb::edit, "edit", "[FILE]", "edit the file, check it, and reload"},
    CtlVerbEntry{CtlVerb::logs, "logs", "[TUNNELS]", "the last lines of their logs"},
    CtlVerbEntry{CtlVerb::explain, "explain", "[TUNNELS]", "what is run for them, and why"},
    CtlVerbEntry{CtlVerb::events, "events", "[TUNNELS]", "each change of their states, as a line of JSON"},
    CtlVerbEntry{CtlVerb::health, "health", "[TUNNELS]", "one line for a monitoring system"},
    CtlVerbEntry{CtlVerb::adopt, "import", "SOURCES",
                 "tunnels that something else keeps, as tables of a fleet"},
    CtlVerbEntry{CtlVerb::outages, "outages", "[TUNNELS]",
                 "when they were down, why, and how much of the time"},
    CtlVerbEntry{CtlVerb::hub, "hub", "[BOXES]", "the boxes that beat at a hub, and who is missed"},
    CtlVerbEntry{CtlVerb::doctor, "doctor", "[TUNNELS]",
                 "what would keep them from coming up, and what helps"},
    CtlVerbEntry{CtlVerb::metrics, "metrics", "", "all that Prometheus can measure"},
};

template <typename... Verbs>
constexpr std::uint32_t with(Verbs... these)
{
    return (... | (1U << static_cast<unsigned>(these)));
}

constexpr std::uint32_t any_verb = ~0U;
constexpr std::uint32_t orders = with(CtlVerb::start, CtlVerb::stop, CtlVerb::restart, CtlVerb::retry);
constexpr std::uint32_t with_tunnels =
    orders | with(CtlVerb::status, CtlVerb::watch, CtlVerb::logs, CtlVerb::explain, CtlVerb::events,
                  CtlVerb::health, CtlVerb::outages, CtlVerb::doctor);
constexpr std::uint32_t with_changes = with(CtlVerb::watch, CtlVerb::events);

constexpr std::array options{
    CtlOption{"daemon", 'D', "DAEMON", any_verb, "only this autossh, by name or pid"},
    CtlOption{"all", 0, "", with_tunnels, "all tunnels"},
    CtlOption{"down", 0, "", with(CtlVerb::status, CtlVerb::hub), "only those that are not up"},
    CtlOption{"wide", 0, "", with(CtlVerb::status), "cut nothing, and tell what helps"},
    CtlOption{"json", 0, "",
              with(CtlVerb::status, CtlVerb::outages, CtlVerb::hub, CtlVerb::doctor) | with_changes,
              "print JSON"},
    CtlOption{"color", 0, "WHEN", with(CtlVerb::status, CtlVerb::watch, CtlVerb::hub),
              "always, never or auto"},
    CtlOption{"read-only", 0, "", with(CtlVerb::watch), "no keys for orders"},
    CtlOption{"snapshot", 0, "", with_changes, "first a line for each tunnel as it is now"},
    CtlOption{"since", 0, "TIME", with(CtlVerb::outages), "so far back (7d)"},
    CtlOption{"unplanned", 0, "", with(CtlVerb::outages), "without those that somebody has asked for"},
    CtlOption{"state-directory", 0, "DIR", with(CtlVerb::outages), "of the ledger there, and ask nobody"},
    CtlOption{"forget", 0, "BOX", with(CtlVerb::hub), "this box, as if it had never been there"},
    CtlOption{"login", 0, "", with(CtlVerb::doctor), "also log in, once for each destination"},
    CtlOption{"output", 0, "FILE", with(CtlVerb::metrics), "in the place of that file, at once"},
    CtlOption{"wait", 0, "TIME", orders, "until it has come about, and not longer"},
    CtlOption{"yes", 0, "", orders, "do not ask, however many they are"},
    CtlOption{"dry-run", 0, "", with(CtlVerb::reload), "only tell what would change"},
    CtlOption{"follow", 'f', "", with(CtlVerb::logs), "go on with what is logged from now on"},
    CtlOption{"lines", 'n', "N", with(CtlVerb::logs), "how many, of each tunnel (20)"},
    CtlOption{"warning", 'w', "N", with(CtlVerb::health), "warn when more than N (or N%) are down"},
    CtlOption{"critical", 'c', "N", with(CtlVerb::health), "critical when more than N (or N%) are"},
    CtlOption{"write", 0, "", with(CtlVerb::adopt), "put them into fleet.d, beside the file"},
    CtlOption{"file", 0, "FILE", with(CtlVerb::adopt), "beside which file --write puts them"},
    CtlOption{"running", 0, "", with(CtlVerb::adopt), "those of the autosshs that run"},
    CtlOption{"from", 0, "KIND", with(CtlVerb::adopt), "what the file is: unit, crontab, conf, ..."},
    CtlOption{"name", 0, "NAME", with(CtlVerb::adopt), "how the tunnel is to be called"},
    CtlOption{"help", 'h', "", any_verb, "print this"},
    CtlOption{"version", 'V', "", any_verb, "print the version"},
};

}  // namespace

std::span<const CtlVerbEntry> ctl_verbs()
{
    return verbs;
}

std::string_view name(CtlVerb verb)
{
    const auto found = std::ranges::find(verbs, verb, &CtlVerbEntry::verb);
    return found == verbs.end() ? std::string_view("--complete") : found->name;
}

std::span<const CtlOption> ctl_options()
{
    return options;
}

bool goes_with(const CtlOption& option, CtlVerb verb)
{
    return (option.verbs & with(verb)) != 0;
}

std::string in_words(const CtlOption& option)
{
    return option.name.empty() ? fmt::format("-{}", option.letter) : fmt::format("--{}", option.name);
}

std::string ctl_help_text()
{
    std::string text = "usage: autosshctl [COMMAND] [OPTIONS] [TUNNELS]\n\n"
                       "See and steer the tunnels of the autosshs that run.\n\n"
                       "TUNNELS are names, quoted patterns such as 'box-*', or @GROUP.\n\nCommands:\n";
    for (const CtlVerbEntry& entry : verbs)
        text += fmt::format("  {:<20}  {}\n", fmt::format("{} {}", entry.name, entry.arguments), entry.help);
    text += "\nOptions:\n";
    for (const CtlOption& option : options) {
        const std::string letter = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
        text += fmt::format("  {:<20}  {}\n", fmt::format("{}--{} {}", letter, option.name, option.argument),
                            option.help);
    }
    return text + "\nautosshctl(1) has the whole, autossh-fleet(5) the file of tunnels.\n";
}

}  // namespace autossh
