#include "autossh/program/background.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/login/caller_message.hpp"
#include "autossh/program/foreground.hpp"

#include <cerrno>
#include <csignal>
#include <span>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace autossh {

namespace {

[[noreturn]] void fail()
{
    throw std::system_error(errno, std::generic_category(), "run as daemon failed");
}

std::pair<UniqueFd, UniqueFd> socket_pair()
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0)
        fail();
    for (const int end : ends)
        close_on_exec(end);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

/// A service manager must know us as the main process before our first message.
void wait_for_end_of(Pipe& parents_work)
{
    parents_work.write_end.reset();
    char nothing = 0;
    read_some(parents_work.read_end.get(), std::span(&nothing, 1));
}

}  // namespace

Background Background::enter(const std::function<void(pid_t)>& in_parent)
{
    auto [to_parent, to_daemon] = socket_pair();
    ::signal(SIGCHLD, SIG_DFL);  // ignored by our caller, it would take the daemon's status away
    Pipe parent_at_work;
    const pid_t daemon = ::fork();
    if (daemon < 0)
        fail();
    if (daemon > 0) {
        to_parent.reset();
        in_parent(daemon);
        parent_at_work.write_end.reset();
        attend(daemon, to_daemon.get());
    }
    to_daemon.reset();
    wait_for_end_of(parent_at_work);
    ::setsid();
    close_inherited_descriptors();
    detach_standard_streams();
    if (::chdir("/") < 0)
        fail();
    return Background(std::move(to_parent));
}

void Background::ready()
{
    send_message(to_parent_.get(), CallerMessage::release);
    to_parent_.reset();
}

}  // namespace autossh
