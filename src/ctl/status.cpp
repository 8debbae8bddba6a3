#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/health.hpp"
#include "autossh/ctl/session.hpp"
#include "autossh/ctl/status_json.hpp"
#include "autossh/ctl/table.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <fmt/core.h>

namespace autossh {

int show_status(const CtlCommand& command, const Environment& environment)
{
    const CtlAudience found = audience(command, environment);
    if (found.exit_status && command.json)
        print_all(status_json({}) + "\n");
    if (found.exit_status)
        return *found.exit_status;
    auto daemons = with_meant_tunnels(found.daemons, command.tunnels);
    const int exit_status =
        found.plan.strange.empty() ? counts_of(daemons).exit_status() : ctl_exit::no_such_tunnel;
    if (command.json && command.down_only)
        for (SeenDaemon& daemon : daemons)
            std::erase_if(daemon.facts.tunnels, [](const TunnelFacts& tunnel) {
                return tunnel.health == "up" || tunnel.health == "stopped";
            });
    if (command.json) {
        print_all(status_json(daemons) + "\n");
        tell_of_silent(daemons);
    } else {
        const TableForm form{screen_columns(), wants_colour(command.colour, environment), command.down_only,
                             command.wide};
        print_all(status_table(daemons, form, std::chrono::system_clock::now()));
    }
    return exit_status;
}

int show_health(const CtlCommand& command, const Environment& environment)
{
    const auto around = look_around(places_of_supervisors(environment), answer_is_due);
    const auto daemons = meant_daemons(around.daemons, command.daemon);
    const OrderPlan plan = order_plan(daemons, command.tunnels);
    if (!plan.strange.empty() && !daemons.empty()) {
        print_all(fmt::format("UNKNOWN - {}\n", no_such_tunnel(daemons, plan.strange.front())));
        return 3;
    }
    const HealthResult result =
        health_of(with_meant_tunnels(daemons, command.tunnels), command.warning, command.critical);
    print_all(result.line + "\n");
    return result.exit_status;
}

}  // namespace autossh
