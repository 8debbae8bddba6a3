// The part of Supervisor that starts, stops and changes single tunnels of a fleet while it runs.
#include "autossh/program/supervisor.hpp"

namespace autossh {

std::string Supervisor::start_tunnel(const std::string&)
{
    return "not possible yet";
}

std::string Supervisor::stop_tunnel(const std::string&)
{
    return "not possible yet";
}

ReloadAnswer Supervisor::reload(bool)
{
    return {.refused = "not possible yet"};
}

}  // namespace autossh
