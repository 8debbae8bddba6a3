#include "autossh/tunnel/own_master.hpp"

#include "autossh/base/socket_address.hpp"

#include <unistd.h>

namespace autossh {

void OwnMaster::ssh_starts(const SshPlan& plan)
{
    const std::string& path = plan.control.path;
    master_ = path.empty() ? nullptr : std::make_shared<MuxClient>(executor_, path);
    if (!path.empty() && !takes_connections(path))
        ::unlink(path.c_str());
    live_forwards_.begin(master_, plan.forwards.all);
}

void OwnMaster::ssh_has_ended()
{
    live_forwards_.end();
    watch_.end();
    master_.reset();
}

void OwnMaster::look(Time now, bool rival)
{
    live_forwards_.look(now, rival);
    watch_.look(now);
}

}  // namespace autossh
