#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/session.hpp"
#include "autossh/ctl/watch_loop.hpp"
#include "autossh/ctl/watch_signals.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <unistd.h>

namespace autossh {

namespace {

bool can_be_drawn_on(const Environment& environment)
{
    return person_is_there() && ::isatty(STDOUT_FILENO) == 1 &&
           environment("TERM").value_or("dumb") != "dumb";
}

}  // namespace

int watch(const CtlCommand& command, const Environment& environment, const OpenLiveScreen& open)
{
    if (command.json || !can_be_drawn_on(environment))
        return show_events(command, environment);
    if (!open) {
        complain(
            "watch: this autosshctl was built without ncurses; autosshctl watch --json tells each change");
        return ctl_exit::system_error;
    }
    CtlAudience found = audience(command, environment);
    if (found.exit_status)
        return *found.exit_status;
    if (!found.plan.strange.empty())
        return ctl_exit::no_such_tunnel;
    int ended_by = 0;
    std::vector<std::string> commands;
    {
        WatchLoop watch(command, places_of_supervisors(environment));
        watch.begin(found.daemons);
        ended_by = watch.run(open, wants_colour(command.colour, environment));
        commands = watch.commands();
    }
    if (ended_by != 0)
        die_of(ended_by);
    for (const std::string& line : commands)
        print_all(line + "\n");
    return 0;
}

}  // namespace autossh
