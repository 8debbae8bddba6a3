#include "outage/network.hpp"

#include "support/process/process.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdexcept>
#include <sys/ioctl.h>
#include <system_error>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

using autossh::UniqueFd;

constexpr std::chrono::milliseconds delay{20};
constexpr const char* link = "uplink";
constexpr const char* first_address = "192.0.2.1/24";
constexpr const char* second_address = "192.0.2.2/24";

[[noreturn]] void fail(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

UniqueFd network_of_this_thread()
{
    UniqueFd network(open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!network)
        fail("/proc/thread-self/ns/net");
    return network;
}

/// A new namespace; this thread stays where it is.
UniqueFd make_network()
{
    const Inside back(network_of_this_thread());
    if (unshare(CLONE_NEWNET) != 0)
        fail("unshare");
    return network_of_this_thread();
}

UniqueFd make_device()
{
    UniqueFd device(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    ifreq request{};
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    std::strcpy(request.ifr_name, link);
    if (!device || ioctl(device.get(), TUNSETIFF, &request) != 0)
        fail("/dev/net/tun");
    return device;
}

void ip(std::vector<std::string> words)
{
    words.insert(words.begin(), "ip");
    const Process process({.arguments = words});
    if (process.wait_for_exit() != exited(0))
        throw std::runtime_error(fmt::format("{}: {}", fmt::join(words, " "), process.errors()));
}

void add_default_route()
{
    ip({"route", "add", "default", "dev", link});
}

/// In the namespace that this thread is in.
UniqueFd set_up(const std::string& address)
{
    UniqueFd device = make_device();
    ip({"link", "set", "lo", "up"});
    ip({"address", "add", address, "dev", link});
    ip({"link", "set", link, "up"});
    add_default_route();
    return device;
}

}  // namespace

Inside::Inside(const UniqueFd& network) : before_(network_of_this_thread())
{
    if (setns(network.get(), CLONE_NEWNET) != 0)
        fail("setns");
}

Inside::~Inside()
{
    if (setns(before_.get(), CLONE_NEWNET) != 0)
        std::terminate();  // this thread was there before
}

Network::Network() : client_(make_network()), server_(make_network())
{
    const auto device_in = [](const UniqueFd& network, const std::string& address) {
        const Inside inside(network);
        return set_up(address);
    };
    UniqueFd client = device_in(client_, first_address);
    UniqueFd server = device_in(server_, fmt::format("{}/24", server_address));
    relay_.emplace(std::move(client), std::move(server), delay);
}

void Network::set_link(bool is_up) const
{
    const Inside inside(client_);
    ip({"link", "set", link, is_up ? "up" : "down"});
    if (is_up)
        add_default_route();
}

void Network::change_client_address() const
{
    const Inside inside(client_);
    ip({"address", "delete", first_address, "dev", link});
    ip({"address", "add", second_address, "dev", link});
    ip({"route", "replace", "default", "dev", link});
}

}  // namespace autossh_test::outage
