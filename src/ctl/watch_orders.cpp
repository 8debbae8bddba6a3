#include "autossh/ctl/watch_orders.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/format.h>

namespace autossh {

namespace {

const WatchedDaemon* daemon_of(std::span<const WatchedDaemon> daemons, pid_t pid)
{
    const auto found =
        std::ranges::find(daemons, pid, [](const WatchedDaemon& daemon) { return daemon.seen.facts.pid; });
    return found == daemons.end() ? nullptr : &*found;
}

bool is_order_of_watch(CtlVerb verb)
{
    return verb != CtlVerb::logs && verb != CtlVerb::status;
}

std::vector<std::string> names_of(const WatchOrder& order)
{
    std::vector<std::string> names;
    for (const WatchPart& part : order.parts)
        names.insert(names.end(), part.tunnels.begin(), part.tunnels.end());
    return names;
}

/// By its name where that is the only one of it.
std::string word_for(std::span<const WatchedDaemon> daemons, const SeenDaemon& daemon)
{
    const bool is_only = std::ranges::count_if(daemons, [&](const WatchedDaemon& other) {
                             return other.seen.facts.name == daemon.facts.name;
                         }) == 1;
    return daemon.is_fleet() && is_only ? daemon.facts.name : std::to_string(daemon.facts.pid);
}

}  // namespace

std::string some_of(std::span<const std::string> names, std::size_t most)
{
    const std::size_t told = std::min(names.size(), most);
    std::string words =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(told), ", "));
    return told < names.size() ? words + fmt::format(" and {} more", names.size() - told) : words;
}

WatchOrder watch_order(std::span<const WatchedDaemon> daemons, std::span<const WatchRow> rows, CtlVerb verb)
{
    WatchOrder order{.verb = verb};
    for (const WatchRow& row : rows) {
        const DaemonFacts& facts = daemons[row.daemon].seen.facts;
        auto part = std::ranges::find(order.parts, facts.pid, &WatchPart::pid);
        if (part == order.parts.end())
            part = order.parts.insert(part, WatchPart{facts.pid, {}});
        part->tunnels.push_back(facts.tunnels[row.tunnel].name);
        ++order.tunnels;
    }
    return order;
}

std::string watch_obstacle(std::span<const WatchedDaemon> daemons, const WatchOrder& order)
{
    if (order.tunnels == 0)
        return "there is no tunnel in the list";
    for (const WatchPart& part : order.parts) {
        const WatchedDaemon* const daemon = daemon_of(daemons, part.pid);
        if (daemon == nullptr)
            return "its autossh has ended";
        if (!daemon->lost.empty())
            return fmt::format("{} {}", in_words(daemon->seen), daemon->lost);
        if (!daemon->seen.takes_orders && order.verb != CtlVerb::status)
            return fmt::format("{} is an older autossh, which cannot be {}", in_words(daemon->seen),
                               is_order_of_watch(order.verb) ? "told" : "asked for its log");
    }
    return "";
}

std::string watch_question(std::span<const WatchedDaemon> daemons, const WatchOrder& order)
{
    if (!is_order_of_watch(order.verb))
        return "";
    constexpr std::size_t most_names = 5;
    if (order.tunnels > 1)
        return fmt::format("{} {} tunnels ({})?", name(order.verb), order.tunnels,
                           some_of(names_of(order), most_names));
    const WatchedDaemon* const daemon = daemon_of(daemons, order.parts.front().pid);
    if (order.verb == CtlVerb::stop && daemon != nullptr && !daemon->seen.is_fleet())
        return fmt::format("stop {}, which ends its autossh?", order.parts.front().tunnels.front());
    const bool cuts = order.verb == CtlVerb::stop || order.verb == CtlVerb::restart;
    if (cuts && !order.is_chosen)
        return fmt::format("{} {}?", name(order.verb), order.parts.front().tunnels.front());
    return "";
}

std::vector<std::string> watch_commands(std::span<const WatchedDaemon> daemons, const WatchOrder& order)
{
    std::vector<std::string> commands;
    for (const WatchPart& part : order.parts) {
        const WatchedDaemon* const daemon = daemon_of(daemons, part.pid);
        if (daemon == nullptr)
            continue;
        std::vector<std::string> words{"autosshctl", "-D", word_for(daemons, daemon->seen),
                                       std::string(name(order.verb))};
        if (order.verb == CtlVerb::status)
            words.push_back("--wide");
        if (order.verb == CtlVerb::logs)
            words.push_back("-f");
        if (std::ranges::any_of(part.tunnels, [](const std::string& one) { return one.starts_with('-'); }))
            words.push_back("--");
        words.insert(words.end(), part.tunnels.begin(), part.tunnels.end());
        commands.push_back(shell_quoted(words));
    }
    return commands;
}

}  // namespace autossh
