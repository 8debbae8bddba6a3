#include "autossh/ctl/commands.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/ctl/completion.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/session.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <exception>

#include <fmt/core.h>

namespace autossh {

namespace {

int run_command(const CtlCommand& command, const Environment& environment, const OpenLiveScreen& open)
{
    switch (command.verb) {
    case CtlVerb::status: return show_status(command, environment);
    case CtlVerb::watch: return watch(command, environment, open);
    case CtlVerb::start:
    case CtlVerb::stop:
    case CtlVerb::restart:
    case CtlVerb::retry: return give_order(command, environment);
    case CtlVerb::reload: return reload(command, environment);
    case CtlVerb::check: return check_file(command, environment);
    case CtlVerb::edit: return edit(command, environment);
    case CtlVerb::logs: return show_logs(command, environment);
    case CtlVerb::explain: return show_explanations(command, environment);
    case CtlVerb::events: return show_events(command, environment);
    case CtlVerb::health: return show_health(command, environment);
    case CtlVerb::adopt: return import_tunnels(command, environment);
    case CtlVerb::outages: return show_outages(command, environment);
    case CtlVerb::hub: return show_hub(command, environment);
    case CtlVerb::doctor: return doctor(command, environment);
    case CtlVerb::metrics: return show_metrics(command, environment);
    case CtlVerb::complete: return complete(command, environment);
    case CtlVerb::help: print_all(ctl_help_text()); break;
    case CtlVerb::version: print_all("autosshctl " AUTOSSH_VERSION "\n"); break;
    }
    return 0;
}

}  // namespace

int check_file(const CtlCommand& command, const Environment& environment)
{
    const std::string path = command.file.empty() ? default_fleet_file(environment) : command.file;
    const FleetCheck found = checked_fleet(path, std::nullopt, environment);
    if (!found.errors.empty()) {
        complain_lines(found.errors.text());
        return ctl_exit::configuration;
    }
    print_all(no_mistakes_in(path, found) + "\n");
    return 0;
}

int complete(const CtlCommand& command, const Environment& environment)
{
    constexpr Duration moment = std::chrono::milliseconds(40);
    const auto live = [&] { return look_around(places_of_supervisors(environment), moment).daemons; };
    print_all(completion_text(completions(command.words, live)));
    return 0;
}

int run_ctl(std::span<const std::string> words, const Environment& environment, const OpenLiveScreen& open)
{
    try {
        return run_command(read_ctl_command(words), environment, open);
    } catch (const UsageError& error) {
        complain(error.what());
        complain_lines("usage: autosshctl [COMMAND] [OPTIONS] [TUNNELS]; autosshctl --help tells more\n");
        return ctl_exit::usage;
    } catch (const std::exception& error) {
        complain(error.what());
        return ctl_exit::system_error;
    }
}

}  // namespace autossh
