#include "e2e/support/networks.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <unistd.h>

namespace autossh_test {
namespace {

int checked(int result, const char* what)
{
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return result;
}

int our_network()
{
    return checked(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "/proc/self/ns/net");
}

}  // namespace

Networks::Networks() : client_(our_network())
{
    ip(fmt::format("addr add {}/24 dev here", client_address));
    ip("link set here up");
    checked(unshare(CLONE_NEWNET), "unshare");
    server_ = our_network();
    ip("link set lo up");
    checked(setns(client_, CLONE_NEWNET), "setns");
    // By descriptor: of the processes, none stays in the server's network.
    ip(fmt::format("link set there netns /proc/{}/fd/{}", getpid(), server_));
    on_server([] {
        ip(fmt::format("addr add {}/24 dev there", server_address));
        ip("link set there up");
    });
}

Networks::~Networks()
{
    close(client_);
    close(server_);
}

void Networks::on_server(const std::function<void()>& body) const
{
    checked(setns(server_, CLONE_NEWNET), "setns");
    try {
        body();
    } catch (...) {
        setns(client_, CLONE_NEWNET);
        throw;
    }
    checked(setns(client_, CLONE_NEWNET), "setns");
}

}  // namespace autossh_test
