#include "autossh/ssh/plan_forwards.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

namespace autossh {

namespace {

/// Beside those of the tests and a tunnel device.
std::size_t count_of_forwards(std::span<const Forward> users)
{
    return static_cast<std::size_t>(std::ranges::count_if(
        users, [](const Forward& forward) { return forward.kind != Forward::Kind::device; }));
}

SshPlan::Forwards forwards_for(const TunnelSettings& settings, const SshConfig& config, const SshPlan& plan)
{
    SshPlan::Forwards forwards;
    forwards.all = forwards_of(config, settings.monitor);
    forwards.users = count_of_forwards(forwards.all);
    name_forwards(forwards.all, settings.forwards);
    // Copies, where they are the same: what ssh says word for word is kept once.
    forwards.places =
        listening_places(config, settings.monitor ? forwards_of(config, std::nullopt) : forwards.all);
    if (settings.monitor)
        name_forwards(forwards.places.forwards, settings.forwards);
    forwards.are_vital = config.value("exitonforwardfailure") == "yes";
    forwards.some_are_required = std::ranges::any_of(
        forwards.all, [](const Forward& forward) { return forward.need == ForwardNeed::required; });
    const bool only_forwards = !plan.session.is_wanted && forwards.users > 0 && !has_tunnel_device(config);
    // Who wants autossh to end for it, wants no other try.
    const bool ends_autossh = settings.exit_on.contains(FailureClass::forward_refused) ||
                              settings.exit_on.contains(FailureClass::local_port_in_use);
    forwards.are_asked_again = !plan.control.path.empty() && !plan.control.is_guarded &&
                               plan.log.login_is_heard && only_forwards && !ends_autossh;
    forwards.we_end_ssh = plan.loop.is_made && plan.log.is_read && forwards.are_vital;
    forwards.are_retried = plan.log.is_read && only_forwards && !plan.is_shared && !forwards.are_vital;
    if (settings.monitor) {
        forwards.monitor_port = settings.monitor->port;
        forwards.monitor_listens = !settings.monitor->echo_port;
    }
    return forwards;
}

/// Manual, "Keys of a tunnel", of the needs: where ssh's log does not come to us, only ssh itself can end for
/// a refused one.
void require_forwards(SshPlan& plan)
{
    const bool all_are_required =
        !plan.forwards.all.empty() && std::ranges::all_of(plan.forwards.all, [](const Forward& forward) {
            return forward.need == ForwardNeed::required;
        });
    plan.forwards.needs_are_unseen =
        plan.forwards.some_are_required && !plan.log.is_read && !plan.forwards.are_vital;
    if (!plan.forwards.needs_are_unseen || !all_are_required)
        return;
    plan.forwards.needs_are_unseen = false;
    plan.forwards.are_vital = true;
    plan.additions.push_back(
        {{"-o", "ExitOnForwardFailure=yes"}, "each forward is required, and a refused one cannot be heard"});
}

}  // namespace

void settle_forwards(const TunnelSettings& settings, const SshConfig& config, SshPlan& plan)
{
    plan.forwards = forwards_for(settings, config, plan);
    require_forwards(plan);
}

}  // namespace autossh
