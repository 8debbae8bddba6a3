#include "autossh/system/network_state.hpp"

#include "support/machine/network_namespace.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"
#include "unit/system/addresses.hpp"

#include <string>

using namespace autossh;
using autossh_test::in_network_namespace;
using autossh_test::ip;
using autossh_test::no_namespaces;

namespace {

/// "here+2 there-1": running or not, and how many addresses.
std::string now()
{
    std::string text;
    const auto state = network_state();
    for (const NetworkInterface& each : state.value().interfaces)
        text += each.name + (each.running ? "+" : "-") + std::to_string(each.addresses.size()) + " ";
    return text + "| ";
}

NetworkInterface interface(const std::string& name, std::set<IpAddress> addresses)
{
    return {.name = name, .up = true, .running = true, .addresses = std::move(addresses), .tentative = {}};
}

}  // namespace

TEST_CASE("Network changes: what matters is interfaces that are up and have an address for far hosts")
{
    const auto mine = interface("eth0", {address("10.0.0.1"), address("2001:db8::1")});
    const auto with = [&](auto change) {
        NetworkInterface changed = mine;
        change(changed);
        return what_matters({changed}).interfaces;
    };
    const std::vector<NetworkInterface> none;
    const std::vector same{mine};
    CHECK(with([](NetworkInterface&) {}) == same);
    CHECK(with([](NetworkInterface& each) { each.addresses.insert(address("fe80::1")); }) == same);
    CHECK(with([](NetworkInterface& each) {
              each.addresses.insert(address("2001:db8::2"));
              each.tentative.insert(address("2001:db8::2"));
          }) == same);
    CHECK(with([](NetworkInterface& each) { each.up = false; }) == none);
    CHECK(with([](NetworkInterface& each) { each.loopback = true; }) == none);
    CHECK(with([](NetworkInterface& each) { each.addresses.clear(); }) == none);
    CHECK(with([](NetworkInterface& each) { each.addresses = {address("fe80::1")}; }) == none);

    for (const auto& other :
         {with([](NetworkInterface& each) { each.running = false; }),
          with([](NetworkInterface& each) { each.addresses.insert(address("10.0.0.2")); }),
          with([](NetworkInterface& each) { each.addresses = {address("169.254.1.1")}; })}) {
        CHECK(other.size() == 1);
        CHECK(other != same);
    }
    CHECK(what_matters({mine}).some_interface_is_running());
    NetworkState unplugged = what_matters({mine});
    unplugged.interfaces.front().running = false;
    CHECK_FALSE(unplugged.some_interface_is_running());
    CHECK_FALSE(NetworkState{}.some_interface_is_running());
}

TEST_CASE("Network changes: an IPv6 address whose test is under way is known as such")
{
    const std::string lines = "00000000000000000000000000000001 01 80 10 80       lo\n"
                              "20010db8000000000000000000000001 02 40 00 40     eth0\n"
                              "20010db8000000000000000000000002 02 40 00 80     eth0\n"
                              "20010db8000000000000000000000003 02 40 00 c8     eth0\n"
                              "20010db8000000000000000000000004 02 40 00 44     eth0\n"
                              "20010db800000000000000000000 02 40 00 40     eth0\n"
                              "20010db8000000000000000000000005 02\n"
                              "junk\n\n";
    CHECK(tentative_addresses(lines) == std::set{address("2001:db8::1"), address("2001:db8::3")});
    CHECK(tentative_addresses("").empty());
}

TEST_CASE("Network changes: the loopback address is one of ours, one of the documentation is not")
{
    CHECK(has_address(address("127.0.0.1")));
    CHECK_FALSE(has_address(address("192.0.2.77")));
}

TEST_CASE("Network changes: the state follows addresses, switches and carriers")
{
    const auto seen = in_network_namespace([] {
        std::string states = now();
        ip("addr add 192.0.2.1/24 dev here");
        states += now();  // not up
        ip("link set here up");
        states += now();  // without a carrier
        ip("link set there up");
        autossh_test::wait_until([] { return network_state()->some_interface_is_running(); });
        states += now();
        ip("addr add 2001:db8::1/64 dev here nodad");
        states += now();
        ip("addr del 192.0.2.1/24 dev here");
        states += now();
        ip("link set here down");  // which takes the IPv6 addresses away
        return states + now();
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "| | here-1 | here+1 | here+2 | here+1 | | ");
}

TEST_CASE("Network changes: an address is ours as long as an interface has it, up or not")
{
    const auto seen = in_network_namespace([] {
        const auto is_ours = [] { return has_address(address("192.0.2.1")) ? "yes " : "no "; };
        std::string answers = is_ours();
        ip("addr add 192.0.2.1/24 dev here");
        answers += is_ours();
        ip("link set here up");
        ip("link set here down");
        answers += is_ours();
        ip("addr del 192.0.2.1/24 dev here");
        return answers + is_ours();
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "no yes yes no ");
}
