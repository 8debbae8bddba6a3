#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/order_watch.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/session.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <fmt/format.h>

namespace autossh {

namespace {

/// More than a person has typed by hand, or meant by mistake.
constexpr std::size_t many = 10;
constexpr Duration time_to_obey = std::chrono::seconds(10);

Ask ask_of(CtlVerb order)
{
    switch (order) {
    case CtlVerb::start: return Ask::start;
    case CtlVerb::stop: return Ask::stop;
    case CtlVerb::restart: return Ask::restart;
    default: return Ask::retry;
    }
}

std::string some_names(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 5;
    const std::size_t told = std::min(names.size(), most);
    std::string words =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(told), ", "));
    return told < names.size() ? words + fmt::format(" and {} more", names.size() - told) : words;
}

bool is_agreed(const CtlCommand& command, const CtlAudience& found)
{
    if (found.plan.tunnels <= many || command.yes || !person_is_there())
        return true;
    std::vector<std::string> names;
    for (const OrderPart& part : found.plan.parts)
        names.insert(names.end(), part.tunnels.begin(), part.tunnels.end());
    const auto answer = answer_to(
        fmt::format("{} {} tunnels ({})? [y/N] ", name(command.verb), names.size(), some_names(names)));
    return answer && (answer->starts_with('y') || answer->starts_with('Y'));
}

/// Why it cannot be given to all of them, which has been told; then nobody gets it.
std::optional<int> obstacle(const CtlAudience& found)
{
    if (found.exit_status)
        return found.exit_status;
    if (!found.plan.strange.empty()) {
        tell_of_silent(found.daemons);
        return ctl_exit::no_such_tunnel;
    }
    if (found.plan.tunnels == 0) {
        tell_of_silent(found.daemons);
        complain("there is no tunnel");
        return ctl_exit::no_such_tunnel;
    }
    for (const std::string& tunnel : found.plan.ambiguous) {
        std::string pids;
        for (const OrderPart& part : found.plan.parts)
            if (std::ranges::find(part.tunnels, tunnel) != part.tunnels.end())
                pids +=
                    fmt::format("{}-D {}", pids.empty() ? "" : " or ", found.daemons[part.daemon].facts.pid);
        complain(fmt::format("several autosshs have a tunnel \"{}\": say which one is meant, by {}", tunnel,
                             pids));
    }
    return found.plan.ambiguous.empty() ? std::nullopt : std::optional(ctl_exit::usage);
}

std::string order_for_older(CtlVerb order, pid_t pid)
{
    switch (order) {
    case CtlVerb::stop: return fmt::format("kill {}", pid);
    case CtlVerb::restart: return fmt::format("kill -USR1 {}", pid);
    case CtlVerb::retry: return fmt::format("kill -HUP {}", pid);
    default: return "it is running";
    }
}

ObeyingPart obeying_part(const SeenDaemon& daemon, const std::vector<std::string>& told)
{
    ObeyingPart part{daemon, {}};
    for (const TunnelFacts& tunnel : daemon.facts.tunnels)
        if (std::ranges::find(told, tunnel.name) != told.end())
            part.tunnels.push_back(tunnel);
    return part;
}

}  // namespace

int give_order(const CtlCommand& command, const Environment& environment)
{
    const CtlAudience found = audience(command, environment);
    if (const auto status = obstacle(found))
        return *status;
    if (!is_agreed(command, found)) {
        complain("nothing is done");
        return ctl_exit::refused;
    }
    int exit_status = 0;
    std::vector<CtlQuestion> questions;
    for (const OrderPart& part : found.plan.parts) {
        const SeenDaemon& daemon = found.daemons[part.daemon];
        if (!daemon.takes_orders) {
            complain(fmt::format("{}: an older autossh takes no orders: {}", in_words(daemon),
                                 order_for_older(command.verb, daemon.facts.pid)));
            exit_status = ctl_exit::refused;
            continue;
        }
        for (const std::vector<std::string>& names : in_requests(part.tunnels))
            questions.push_back({daemon, {.id = "1", .ask = ask_of(command.verb), .tunnels = names}});
    }
    std::vector<ObeyingPart> obeying;
    std::vector<std::string> told;
    for (const auto& [daemon, answer] : answers_to(questions, time_to_obey, exit_status)) {
        told.insert(told.end(), answer.told.begin(), answer.told.end());
        if (!answer.told.empty())
            obeying.push_back(obeying_part(daemon, answer.told));
        for (const RefusedOrder& refused : answer.refused) {
            complain(fmt::format("{}: {}", refused.tunnel, refused.text));
            exit_status = std::max(exit_status, ctl_exit::refused);
        }
    }
    if (!told.empty())
        print_all(fit_for_screen(fmt::format("{}: {}", name(command.verb), some_names(told))) + "\n");
    if (!command.wait || obeying.empty())
        return exit_status;
    return std::max(exit_status, wait_for_order(command, obeying));
}

}  // namespace autossh
