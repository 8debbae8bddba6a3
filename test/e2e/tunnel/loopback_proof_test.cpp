// Manual, "Refused forwards": a -R to a server of ssh whose port on the server's 127.0.0.1 is another
// program's does not count as working.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/newer_sshd.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/network_namespace.hpp"
#include "support/machine/ports.hpp"
#include "support/occurrences.hpp"

#include <csignal>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr const char* is_ours = "the server listens on 127.0.0.1 port ";
constexpr const char* is_up = "]: up: ";
constexpr const char* is_degraded = "]: degraded: ";

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

/// Proofs of one machine take turns, and a network is one: with its own, no other test's is waited for.
void alone(const std::function<void()>& body)
{
    const auto outcome = in_network_namespace([&]() -> std::string {
        body();
        return "as it must be";
    });
    SKIP_UNLESS(outcome, no_namespaces);
    CHECK(*outcome == "as it must be");
}

/// With the log as it is when that is known.
void must_be(const LogFile& log, bool so)
{
    must(so, log.text());
}

/// -R without a bind address, from `port` to a server of ssh.
std::vector<std::string> to_sshd(const std::string& monitor, int port, const Sshd& sshd)
{
    return {"-M", monitor, "-N", "-R", fmt::format("{}:{}:{}", port, sshd.address(), sshd.port())};
}

bool says_hello(unsigned short port)
{
    return wait_until([port] { return exchange(port, "SSH-2.0-").starts_with("SSH-2.0-"); });
}

/// The turn that another autossh has, until it is closed.
int turn_of_another()
{
    const int turn = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    constexpr std::string_view name("\0autossh-loopback-proof", 23);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, name.size());
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    must(bind(turn, reinterpret_cast<const sockaddr*>(&address), size) == 0, "nobody has the turn");
    return turn;
}

/// Never up, one word, one ssh, and the port ours when the stranger has ended.
void meet_stranger(Sshd& sshd, const std::string& monitor)
{
    std::optional<Server> stranger(std::in_place);  // on 127.0.0.1 alone
    const unsigned short port = stranger->port();
    const Autossh autossh(sshd, to_sshd(monitor, port, sshd));
    const LogFile& log = autossh.log();
    must_be(log, log.wait_for(fmt::format("{}the server listens on port {} for IPv6 alone: on 127.0.0.1 "
                                          "it is another program's\n",
                                          is_degraded, port)));
    must_be(log, log.wait_for(fmt::format("]: remedy: see whose it is there (ss -ltnp sport = :{}), and end "
                                          "that, or take another port\n",
                                          port)));
    must_be(log, log.count(is_up) == 0);
    must(stranger->connections() == 1, "the stranger was connected to once");
    stranger.reset();
    must_be(log,
            log.wait_for(fmt::format("{}the server listens on port {} now\n", is_up, port), 1, 2 * generous));
    must_be(log, says_hello(port));
    must_be(log, starts(autossh) == 1 && log.count(is_degraded) == 1);
    must(autossh.process().errors().empty(), autossh.process().errors());
    must(autossh.end() == exited(1), "it ends");
}

/// 20 tunnels within a minute, of which only the first make a connection to the server of ssh.
void come_and_go(Sshd& sshd)
{
    const unsigned short port = free_port_pair();
    int proofs = 0;
    for (int i = 0; i < 20; ++i) {
        const Autossh autossh(sshd, to_sshd("0", port, sshd));
        must_be(autossh.log(), autossh.log().wait_for(is_up));
        proofs += autossh.log().count(is_ours);
        must(autossh.end() == exited(1), "it ends");
    }
    must(proofs > 0 && proofs < 20, fmt::format("{} proofs", proofs));
}

}  // namespace

TEST_CASE("Loopback: a port that another program has on 127.0.0.1 is told, and had when that has ended")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(machine_has_ipv6(), "there is no ::1");
    alone([] {
        for (const std::string monitor : {"0", "auto"}) {
            Sshd sshd;  // nobody asks one that has had 8 connections within a minute
            meet_stranger(sshd, monitor);
        }
    });
}

TEST_CASE("Loopback: a port that is free again before it is asked for is had")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(machine_has_ipv6(), "there is no ::1");
    alone([] {
        Sshd sshd;
        std::optional<Server> stranger(std::in_place);
        const unsigned short port = stranger->port();
        const int others = turn_of_another();
        const Autossh autossh(sshd, to_sshd("0", port, sshd));
        const LogFile& log = autossh.log();
        must_be(log, log.wait_for(is_up));
        stranger.reset();
        close(others);
        must_be(log, log.wait_for(is_ours, 1, 2 * generous));
        must(says_hello(port), "the port leads to the server of ssh");
        must_be(log, starts(autossh) == 1 && log.count(is_degraded) == 0);
        must(autossh.end() == exited(1), "it ends");
    });
}

TEST_CASE("Loopback: the same of the newer sshd")
{
    SKIP_WITHOUT_NEWER_SSHD();
    SKIP_UNLESS(machine_has_ipv6(), "there is no ::1");
    alone([] {
        NewerSshd sshd;
        meet_stranger(sshd, "0");
        must(!sshd.has_shut_us_out(), sshd.log());
    });
}

TEST_CASE("Loopback: a port that is ours is known as such before the tunnel is up, by one connection")
{
    SKIP_WITHOUT_SSHD();
    alone([] {
        for (const std::string monitor : {"0", "auto"}) {
            Sshd sshd;  // as above
            const unsigned short port = free_port_pair();
            const Autossh autossh(sshd, to_sshd(monitor, port, sshd));
            const LogFile& log = autossh.log();
            must_be(log, log.wait_for(is_up));
            must_be(log, log.text().find(is_ours) < log.text().find(is_up));
            must_be(log, says_hello(port));
            const pid_t ssh = log.ssh_pid();
            process_table::send(ssh, SIGKILL);  // the next one is not known
            must_be(log, autossh.ssh_after(ssh) != ssh);
            must_be(log, log.wait_for("]: up again "));
            must_be(log, log.count(is_ours) == 2 && log.count(is_degraded) == 0);
            must(autossh.process().errors().empty(), autossh.process().errors());
            must(autossh.end() == exited(1), "it ends");
        }
    });
}

TEST_CASE("Loopback: nobody is asked for where the target is not there, and nothing said of it")
{
    SKIP_WITHOUT_SSHD();
    alone([] {
        Sshd sshd;
        const unsigned short port = free_port_pair();
        const unsigned short nobody = free_port_pair();
        for (const std::string target : {"localhost", "sshd.invalid"}) {
            const Autossh autossh(sshd,
                                  {"-M", "0", "-N", "-R", fmt::format("{}:{}:{}", port, target, nobody)});
            const LogFile& log = autossh.log();
            must_be(log, log.wait_for(is_up));
            must_be(log, log.wait_for("ssh has answered: "));
            must_be(log, log.count("connect_to ") == 0 && log.count("cannot be reached") == 0);
            must(autossh.process().errors().empty(), autossh.process().errors());
            must(autossh.end() == exited(1), "it ends");
        }
    });
}

TEST_CASE("Loopback: a server of ssh where many have come and gone is not asked for")
{
    SKIP_WITHOUT_SSHD();
    alone([] {
        Sshd sshd;
        come_and_go(sshd);
    });
}

TEST_CASE("Loopback: many tunnels one after the other do not have a newer sshd shut us out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    alone([] {
        NewerSshd sshd;
        come_and_go(sshd);
        must(!sshd.has_shut_us_out(), sshd.log());
    });
}

TEST_CASE("Loopback: no connection is made to another target than a server of ssh")
{
    SKIP_WITHOUT_SSHD();
    alone([] {
        Sshd sshd;
        const Server far_end;
        const unsigned short port = free_port_pair();
        const Autossh autossh(sshd, {"-M", "0", "-N", "-R", forwarding(port, far_end.port())});
        const LogFile& log = autossh.log();
        must_be(log, log.wait_for(is_up));
        must_be(log, log.wait_for("ssh has answered: "));
        must(far_end.connections() == 0, "nobody has come to the target");
        must(carries_bytes(port), "the port leads to the target");
        must_be(log, log.count(is_ours) == 0);
        must(autossh.end() == exited(1), "it ends");
    });
}

TEST_CASE("Loopback: a server that connects to nobody for us is asked once, and its forward works")
{
    SKIP_WITHOUT_SSHD();
    alone([] {
        Sshd sshd;
        sshd.configure_server("AllowTcpForwarding remote\n");
        const unsigned short port = free_port_pair();
        const Autossh autossh(sshd, to_sshd("0", port, sshd));
        const LogFile& log = autossh.log();
        must_be(log, log.wait_for(is_up));
        must_be(log, log.text().find("whether the server listens on 127.0.0.1") < log.text().find(is_up));
        must_be(log, says_hello(port));
        must_be(log, log.count(is_degraded) == 0 && log.count("open failed") == 0);
        must(autossh.process().errors().empty(), autossh.process().errors());
        must(occurrences(sshd.log(), "refused local port forward: ") == 1, sshd.log());
        must(autossh.end() == exited(1), "it ends");
    });
}
