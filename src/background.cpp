#include "autossh/background.hpp"

#include "autossh/caller_message.hpp"
#include "autossh/descriptors.hpp"
#include "autossh/foreground.hpp"

#include <cerrno>
#include <csignal>
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

}  // namespace

Background Background::enter(const std::function<void(pid_t)>& in_parent)
{
    auto [to_parent, to_daemon] = socket_pair();
    ::signal(SIGCHLD, SIG_DFL);  // ignored by our caller, it would take the daemon's status away
    const pid_t daemon = ::fork();
    if (daemon < 0)
        fail();
    if (daemon > 0) {
        to_parent.reset();
        in_parent(daemon);
        attend(daemon, to_daemon.get());
    }
    to_daemon.reset();
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
