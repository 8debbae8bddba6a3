#include "autossh/hook/planner.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

void HookPlanner::set_hooks(const std::vector<HookSettings>& hooks)
{
    std::vector<HookPlan> before = std::exchange(plans_, {});
    for (const HookSettings& hook : hooks) {
        const auto same = std::ranges::find_if(
            before, [&](const HookPlan& plan) { return plan.settings().name == hook.name; });
        if (same == before.end()) {
            plans_.emplace_back(hook);
            continue;
        }
        if (!(same->settings() == hook))
            same->set_settings(hook);
        plans_.push_back(std::move(*same));
        before.erase(same);
    }
}

void HookPlanner::take(const std::vector<HookNews>& change, Time now)
{
    for (HookPlan& plan : plans_)
        for (const HookNews& news : change)
            plan.take(news, now);
}

void HookPlanner::forget(const std::string& subject)
{
    for (HookPlan& plan : plans_)
        plan.forget(subject);
}

void HookPlanner::finish(bool pending)
{
    for (HookPlan& plan : plans_)
        plan.finish(pending);
}

std::vector<HookCall> HookPlanner::take_calls(Time now)
{
    std::vector<HookCall> calls;
    for (HookPlan& plan : plans_)
        plan.take_calls(now, calls);
    return calls;
}

std::optional<Time> HookPlanner::next() const
{
    std::optional<Time> earliest;
    for (const HookPlan& plan : plans_)
        if (const auto its = plan.next(); its && (!earliest || *its < *earliest))
            earliest = its;
    return earliest;
}

}  // namespace autossh
