// Manual, "Refused forwards": a -R whose port on the server's 127.0.0.1 is another program's does not count
// as working.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/newer_sshd.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"
#include "support/occurrences.hpp"

#include <csignal>
#include <optional>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

bool machine_has_ipv6()
{
    const int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool has = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    close(probe);
    return has;
}

std::string half_granted(int port)
{
    return fmt::format("]: degraded: the server listens on port {} of ::1 alone: on 127.0.0.1 it is another "
                       "program's\n",
                       port);
}

/// With no bind address: on both.
std::vector<std::string> on_both(const std::string& monitor, int port, int target)
{
    return {"-M", monitor, "-N", "-R", forwarding(port, target)};
}

/// One ssh, one word, no connection to the target, and the port ours when the stranger has ended.
void check_stranger(Sshd& sshd, const std::string& monitor)
{
    INFO("-M " << monitor);
    const Server far_end;
    std::optional<Server> stranger(std::in_place);  // on 127.0.0.1 alone
    const unsigned short port = stranger->port();
    const Autossh autossh(sshd, on_both(monitor, port, far_end.port()));
    REQUIRE(autossh.log().wait_for(half_granted(port), 1, 2 * generous));
    CHECK(autossh.log().wait_for(fmt::format(
        "]: remedy: see whose it is there (ss -ltnp sport = :{}), and end that, or take another port\n",
        port)));
    REQUIRE(autossh.log().wait_for(fmt::format("asked again for a forward on {}", port), 2));
    CHECK(stranger->connections() == 0);
    stranger.reset();
    CHECK(autossh.log().wait_for(fmt::format("]: up: the server listens on port {} now\n", port)));
    CHECK(far_end.connections() == 0);
    CHECK(carries_bytes(port));
    CHECK(starts(autossh) == 1);
    CHECK(autossh.log().count("]: degraded: ") == 1);
    CHECK(autossh.process().errors().find("forwarding failed") == std::string::npos);
    CHECK(autossh.end() == exited(1));
}

}  // namespace

TEST_CASE("Port proof: a port that another program has on 127.0.0.1 is told, and had when that has ended")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(machine_has_ipv6(), "there is no ::1");
    Sshd sshd;
    for (const std::string monitor : {"0", "auto"})
        check_stranger(sshd, monitor);
    check_nothing_left(sshd);
}

TEST_CASE("Port proof: the same of the newer sshd")
{
    SKIP_WITHOUT_NEWER_SSHD();
    SKIP_UNLESS(machine_has_ipv6(), "there is no ::1");
    NewerSshd sshd;
    check_stranger(sshd, "0");
    CHECK_FALSE(sshd.has_shut_us_out());
    check_nothing_left(sshd);
}

TEST_CASE("Port proof: ports that are ours are up, in the user's own words, and nobody is connected to")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Server far_end;
        const unsigned short port = free_port_pair();
        auto words = on_both(monitor, port, far_end.port());
        for (int i = 1; i <= 12; ++i) {  // more than are asked for at a time
            words.emplace_back("-R");
            words.push_back("localhost:" + forwarding(free_port_pair(), far_end.port()));
        }
        const Autossh autossh(sshd, words);
        REQUIRE(autossh.log().wait_for("the server listens on 127.0.0.1 port ", 13, 2 * generous));
        CHECK(far_end.connections() == 0);
        CHECK(carries_bytes(port));
        CHECK(autossh.log().count("]: degraded: ") == 0);
        CHECK(autossh.process().errors().empty());
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Port proof: a server that does not allow it is asked once, and its forward works")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    sshd.configure_server(fmt::format("PermitListen localhost:{}\n", port));
    const Autossh autossh(sshd, on_both("0", port, far_end.port()));
    REQUIRE(autossh.log().wait_for("]: up: "));
    REQUIRE(autossh.log().wait_for("the server does not tell whether", 1, 2 * generous));
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("]: degraded: ") == 0);
    CHECK(occurrences(sshd.log(), "but the request was denied") == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Port proof: with GatewayPorts nothing is known, and nothing is said")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("GatewayPorts yes\n");
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, on_both("0", port, far_end.port()));
    const bool up = autossh.log().wait_for("]: up: ");
    INFO(autossh.log().text() << sshd.log());
    REQUIRE(up);
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("]: degraded: ") == 0);
    CHECK(autossh.log().count("the server listens on 127.0.0.1") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
