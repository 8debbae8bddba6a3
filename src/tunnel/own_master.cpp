#include "autossh/tunnel/own_master.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/system/left_sockets.hpp"

#include <unistd.h>

namespace autossh {

namespace {

/// ssh makes it beside that path, too, and then gives it its name.
bool socket_can_be_made(const std::string& path)
{
    const std::string beside = path + ".new";
    const auto address = UnixAddress::of_path(beside);
    const UniqueFd socket = open_socket(AF_UNIX, SOCK_STREAM);
    const bool made = address && socket && ::bind(socket.get(), address->get(), address->size()) == 0;
    if (made)
        ::unlink(beside.c_str());
    return made;
}

}  // namespace

bool OwnMaster::ssh_starts(const SshPlan& plan)
{
    const std::string& path = plan.control.path;
    const bool possible = !path.empty() && socket_can_be_made(path);
    master_ = possible ? std::make_shared<MuxClient>(executor_, path) : nullptr;
    if (possible)
        remove_dead_socket(path);  // of a master that was killed; the path may be the user's
    is_watched_ = !plan.control.asks_user;
    live_forwards_.begin(plan.control.is_guarded ? nullptr : master_);
    same_ports_.begin(plan.control.is_guarded ? nullptr : master_);
    loop_move_.begin(plan.control.is_guarded ? nullptr : master_);
    loopback_proofs_.begin(plan.control.is_guarded ? nullptr : master_);
    return possible;
}

Awaitable<void> OwnMaster::end_in_background()
{
    const std::shared_ptr<MuxClient> master = master_;
    if (master)
        co_await master->terminate();
}

void OwnMaster::ssh_has_ended()
{
    live_forwards_.end();
    same_ports_.end();
    loop_move_.end();
    loopback_proofs_.end();
    watch_.end();
    master_.reset();
}

void OwnMaster::look(Time now, Holder holder)
{
    live_forwards_.look(now, holder);
    same_ports_.look(now);
    loop_move_.look();
    watch_.look(now);
}

}  // namespace autossh
