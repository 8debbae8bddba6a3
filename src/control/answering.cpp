#include "autossh/control/answering.hpp"

#include "autossh/base/text.hpp"
#include "autossh/control/answer.hpp"
#include "autossh/control/selection.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr const char* no_hub = "it is no hub: its file has no [hub]";

std::string not_found(const std::vector<std::string>& patterns)
{
    constexpr std::size_t most_told = 8;
    std::string words;
    for (const std::string& pattern : patterns) {
        if (&pattern == &patterns.front() + most_told)
            return words + fmt::format(", nor {} more", patterns.size() - most_told);
        words += fmt::format("{}\"{}\"", words.empty() ? "there is no tunnel " : ", nor ", pattern);
    }
    return words;
}

Order order_of(Ask ask)
{
    switch (ask) {
    case Ask::start: return Order::start;
    case Ask::stop: return Order::stop;
    case Ask::restart: return Order::restart;
    default: return Order::retry;
    }
}

std::string status(const ControlRequest& request, const ControlTarget& target,
                   const std::vector<std::string>& names)
{
    if (request.tunnels.empty())
        return status_answer(request.id, target.facts([](const std::string&) { return true; }));
    const std::unordered_set<std::string> meant(names.begin(), names.end());
    return status_answer(request.id,
                         target.facts([&](const std::string& name) { return meant.contains(name); }));
}

std::string order(const ControlRequest& request, ControlTarget& target, const ControlAsker& asker,
                  const std::vector<std::string>& names)
{
    std::vector<std::string> told;
    std::vector<RefusedOrder> refused;
    for (const std::string& name : names) {
        std::string reason = target.give(order_of(request.ask), name, asker.words);
        if (reason.empty())
            told.push_back(name);
        else
            refused.push_back({name, std::move(reason)});
    }
    return order_answer(request.id, told, refused);
}

/// Leaves the newest lines that have room.
void cut(TunnelLines& log, std::size_t room)
{
    std::size_t size = 0;
    const auto oldest = std::find_if(log.lines.rbegin(), log.lines.rend(), [&](const std::string& line) {
        size += line.size() + 1;
        return size > room;
    });
    log.is_cut = oldest != log.lines.rend();
    log.lines.erase(log.lines.begin(), oldest.base());
}

std::string logs(const ControlRequest& request, const ControlTarget& target,
                 const std::vector<std::string>& names)
{
    std::vector<TunnelLines> all;
    for (const std::string& name : names) {
        TunnelLines& log = all.emplace_back(TunnelLines{name, target.last_lines(name, request.lines)});
        cut(log, longest_logs / names.size());
    }
    return logs_answer(request.id, all);
}

std::string explain(const ControlRequest& request, const ControlTarget& target,
                    const std::vector<std::string>& names)
{
    std::vector<TunnelText> explanations;
    for (const std::string& name : names)
        explanations.push_back({name, target.explain(name)});
    return explain_answer(request.id, explanations);
}

Answered error(const ControlRequest& request, ErrorCode code, std::string text)
{
    return {error_answer(request.id, {code, std::move(text)}), false};
}

}  // namespace

std::string ControlTarget::forget(const std::string& /*box*/, const std::string& /*by*/)
{
    return no_hub;
}

Answered answer_to(const ControlRequest& request, ControlTarget& target, const ControlAsker& asker)
{
    if (asker.is_observer && !is_for_observers(request.ask))
        return error(request, ErrorCode::not_permitted,
                     fmt::format("\"{}\" is not for observers", name(request.ask)));
    if (request.ask == Ask::reload) {
        const ReloadAnswer reload = target.reload(request.dry_run, asker.words);
        return {reload_answer(request.id, reload, request.dry_run),
                reload.refused.empty() && reload.mistakes.empty()};
    }
    if (request.ask == Ask::hub) {
        const auto hub = target.hub();
        return hub ? Answered{hub_answer(request.id, *hub), true}
                   : error(request, ErrorCode::not_possible, no_hub);
    }
    if (request.ask == Ask::forget) {
        const std::string reason = target.forget(request.box, asker.words);
        return reason.empty() ? Answered{order_answer(request.id, {}, {}), true}
                              : error(request, ErrorCode::not_possible,
                                      fmt::format("box \"{}\": {}", one_line(request.box), reason));
    }
    const std::vector<TunnelLabel> labels = target.labels();
    Selection selection = selected(labels, request.tunnels);
    if (!selection.strange.empty())
        return error(request, ErrorCode::no_such_tunnel, not_found(selection.strange));
    if (request.tunnels.empty())
        for (const TunnelLabel& label : labels)
            selection.names.push_back(label.name);
    switch (request.ask) {
    case Ask::status: return {status(request, target, selection.names), true};
    case Ask::logs: return {logs(request, target, selection.names), true};
    case Ask::explain: return {explain(request, target, selection.names), true};
    case Ask::outages:
        return {outages_answer(request.id, target.outages(request.outages, selection.names)), true};
    case Ask::events: return {events_answer(request.id), true};
    default: return {order(request, target, asker, selection.names), true};
    }
}

}  // namespace autossh
