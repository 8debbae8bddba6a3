#include "autossh/ctl/watch_help.hpp"

#include <array>

#include <fmt/core.h>

namespace autossh {

namespace {

struct KeyEntry {
    std::string_view keys;
    std::string_view help;
    bool is_order = false;
};

constexpr std::array watch_keys{
    KeyEntry{"arrows j k PgUp PgDn Home End", "move"},
    KeyEntry{"/", "show only those with these words: a part of the name or the cause, state:down, @group, "
                  "host:name; Esc shows all again"},
    KeyEntry{"d", "show only those that are not up"},
    KeyEntry{"s", "sort by another column: the worst first, name, round trip, availability"},
    KeyEntry{"Enter", "details: the remedy, the forwards, what is run"},
    KeyEntry{"l", "the log, which goes on"},
    KeyEntry{"t", "try now what waits for its next try", true},
    KeyEntry{"r", "end its ssh, and start another", true},
    KeyEntry{"x", "stop", true},
    KeyEntry{"S", "start again", true},
    KeyEntry{"Space *", "mark one, or all that are shown: an order is then for those that are marked", true},
    KeyEntry{"y and another key", "show the command that does the same; it is also printed at the end"},
    KeyEntry{"Ctrl-L", "draw all anew"},
    KeyEntry{"q", "leave"},
};

}  // namespace

std::optional<CtlVerb> verb_of_watch_key(std::string_view letter)
{
    constexpr std::array<std::pair<std::string_view, CtlVerb>, 5> verbs{{{"t", CtlVerb::retry},
                                                                         {"r", CtlVerb::restart},
                                                                         {"x", CtlVerb::stop},
                                                                         {"S", CtlVerb::start},
                                                                         {"l", CtlVerb::logs}}};
    for (const auto& [key, verb] : verbs)
        if (key == letter)
            return verb;
    return std::nullopt;
}

std::vector<std::string> watch_help(bool is_read_only)
{
    std::vector<std::string> lines;
    for (const KeyEntry& entry : watch_keys)
        if (!is_read_only || !entry.is_order)
            lines.push_back(fmt::format("{}: {}", entry.keys, entry.help));
    if (is_read_only)
        lines.emplace_back("There are no orders: --read-only.");
    lines.emplace_back();
    lines.emplace_back(
        "FOR is how long it has been so, RTT the last round trip of the connection test, TESTS "
        "the last 12 of them (a gap is one that has failed), 24H the part of the last 24 hours "
        "in which it was up.");
    return lines;
}

std::string watch_hint(bool is_read_only)
{
    return is_read_only ? "? help  q quit  / filter  d down  s sort  Enter details  l log"
                        : "? help  q quit  / filter  d down  s sort  Enter details  l log  t try  r restart  "
                          "x stop  S start";
}

}  // namespace autossh
