#include "autossh/control/metrics.hpp"

#include "autossh/base/replaced_file.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/hubs.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

std::vector<MeteredDaemon> metered(std::vector<SeenDaemon> daemons)
{
    std::vector<SeenDaemon> hubs = daemons;
    std::erase_if(hubs, [](const SeenDaemon& daemon) { return daemon.facts.hub.empty(); });
    const std::vector<SeenHub> seen = hubs_among(hubs);
    std::vector<MeteredDaemon> all;
    for (SeenDaemon& daemon : daemons) {
        const bool answers = daemon.trouble.empty();
        all.push_back({std::move(daemon.facts), std::nullopt, answers});
        const auto hub = std::ranges::find(seen, all.back().facts.pid,
                                           [](const SeenHub& one) { return one.daemon.facts.pid; });
        if (hub != seen.end())
            all.back().hub = hub->hub;
    }
    return all;
}

}  // namespace

/// With --output it is no mistake that nobody runs: the file says so by what it has not, as long as the
/// timer's unit does not fail.
int show_metrics(const CtlCommand& command, const Environment& environment)
{
    DaemonsAround around = look_around(places_of_supervisors(environment), answer_is_due);
    const auto daemons = metered(meant_daemons(std::move(around.daemons), command.daemon));
    const std::string text = prometheus_text(daemons, std::chrono::system_clock::now());
    if (command.output.empty()) {
        print_all(text);
        if (!daemons.empty())
            return 0;
        complain(command.daemon.empty()
                     ? "no autossh of yours runs"
                     : fmt::format("no autossh has the name or pid \"{}\"", command.daemon));
        return ctl_exit::no_daemon;
    }
    const std::string reason = replace_file(command.output, text);
    if (reason.empty())
        return 0;
    complain(fmt::format("cannot write the metrics: {}", reason));
    return ctl_exit::system_error;
}

}  // namespace autossh
