#include "autossh/system/route.hpp"

#include "support/machine/network_namespace.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"
#include "unit/system/addresses.hpp"

#include <string>

using namespace autossh;
using autossh_test::in_network_namespace;
using autossh_test::ip;
using autossh_test::no_namespaces;
using autossh_test::TemporaryDirectory;

namespace {

std::string answer(const std::string& host, const std::string& hosts_file = "/dev/null")
{
    return has_route({.host = host, .port = 22}, hosts_file.c_str()) ? "yes " : "no ";
}

}  // namespace

TEST_CASE("Route: names that need no network are known")
{
    for (const char* name : {"localhost", "LocalHost", "a.localhost", "ip6-localhost", "printer.local"})
        CHECK(is_found_without_network(name));
    for (const char* name : {"", "local", "localhost.example", "mylocalhost", "server.example", "127.0.0.1"})
        CHECK_FALSE(is_found_without_network(name));
}

TEST_CASE("Route: a name's addresses in hosts(5)")
{
    const std::string hosts = "# 192.0.2.9 commented\n"
                              "192.0.2.1\tServer.example  server # other\n"
                              "  2001:db8::1 server\n"
                              "192.0.2.2\n"
                              "\n"
                              "192.0.2.3 servers\n"
                              "192.0.2.4 last";
    using Words = std::vector<std::string>;
    CHECK(addresses_in_hosts(hosts, "server") == Words{"192.0.2.1", "2001:db8::1"});
    CHECK(addresses_in_hosts(hosts, "SERVER.example") == Words{"192.0.2.1"});
    CHECK(addresses_in_hosts(hosts, "last") == Words{"192.0.2.4"});
    for (const char* name : {"", "other", "commented", "192.0.2.2", "192.0.2.1", "example"})
        CHECK(addresses_in_hosts(hosts, name).empty());
    CHECK(addresses_in_hosts("", "server").empty());
}

TEST_CASE("Route: packets leave from an address whose interface is running")
{
    const IpAddress mine = address("192.0.2.1");
    const NetworkInterface running{"eth0", true, true, false, {mine}, {}};
    const NetworkInterface unplugged{"eth1", true, false, false, {mine}, {}};
    const NetworkInterface loopback{"lo", true, false, true, {mine}, {}};
    CHECK(can_send_from(mine, {running}));
    CHECK(can_send_from(mine, {loopback}));
    CHECK(can_send_from(mine, {unplugged, running}));
    CHECK_FALSE(can_send_from(mine, {unplugged}));
    CHECK(can_send_from(mine, {}));
    CHECK(can_send_from(address("192.0.2.2"), {unplugged}));
}

TEST_CASE("Route: without any network only what is on this machine can be reached")
{
    const TemporaryDirectory directory;
    const std::string hosts = (directory / "hosts").string();
    autossh_test::write_file(hosts, "192.0.2.7 far\n127.0.0.1 near\njunk odd\n192.0.2.7 both\n::1 both\n");
    const auto seen = in_network_namespace([&] {
        std::string answers = answer("192.0.2.7") + answer("2001:db8::7") + answer("server.example") +
                              answer("far", hosts) + answer("odd", hosts) + answer("fe80::1%nothing") + "| ";
        answers += answer("127.0.0.1") + answer("127.9.9.9") + answer("::1") + answer("localhost") +
                   answer("near", hosts) + answer("both", hosts) + "| ";
        const bool by_proxy = has_route({.host = "192.0.2.7", .port = 22, .by_proxy = true});
        return answers + (by_proxy ? "yes" : "no");
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "no no no no no no | yes yes yes yes yes yes | yes");
}

TEST_CASE("Route: there is one while the table has it and the carrier is there")
{
    const auto seen = in_network_namespace([] {
        const auto answers = [] {
            return answer("192.0.2.7") + answer("198.51.100.1") + answer("name") + "| ";
        };
        ip("addr add 192.0.2.1/24 dev here");
        ip("link set there up");
        std::string text = answers();  // down
        ip("link set here up");
        autossh_test::wait_until([] { return network_state()->some_interface_is_running(); });
        text += answers();  // the neighbours
        ip("route add default via 192.0.2.254");
        text += answers();
        ip("route add unreachable 198.51.100.1");
        text += answers();
        ip("link set there down");
        autossh_test::wait_until([] { return !network_state()->some_interface_is_running(); });
        return text + answers();  // the routes are still there
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "no no no | yes no yes | yes yes yes | yes no yes | no no no | ");
}

TEST_CASE("Route: it may depend on where ssh is to connect from")
{
    const auto seen = in_network_namespace([] {
        const auto from = [](const std::string& ours) {
            const bool found = has_route({.host = "198.51.100.1", .port = 22, .from = ours});
            return std::string(found ? "yes " : "no ");
        };
        ip("addr add 192.0.2.1/24 dev here");
        ip("link set there up");
        ip("link set here up");
        autossh_test::wait_until([] { return network_state()->some_interface_is_running(); });
        ip("rule add from 192.0.2.1 lookup 100");
        ip("route add default via 192.0.2.254 table 100");
        std::string text = from("") + from("192.0.2.1") + from("192.0.2.9") + from("here") + "| ";
        ip("route del default table 100");
        return text + from("192.0.2.1") + from("here");
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "no yes no yes | no yes ");
}

TEST_CASE("Route: over IPv6, link-local too")
{
    const auto seen = in_network_namespace([] {
        ip("link set there up");
        ip("link set here up");
        ip("addr add 2001:db8::1/64 dev here nodad");
        ip("addr add fe80::1/64 dev here nodad");
        autossh_test::wait_until([] { return network_state()->some_interface_is_running(); });
        std::string text = answer("2001:db8::7") + answer("2001:db8:1::7") + answer("fe80::7%here") + "| ";
        ip("-6 route add default via 2001:db8::fe");
        text += answer("2001:db8:1::7") + "| ";
        ip("link set here down");
        return text + answer("2001:db8::7") + answer("2001:db8:1::7") + answer("fe80::7%here");
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "yes no yes | yes | no no no ");
}
