// Manual, "Refused forwards": several tunnels that want one port, and a port that cannot be had at all.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <chrono>
#include <csignal>
#include <fstream>
#include <list>
#include <optional>

#include <unistd.h>

using namespace autossh_test;

namespace {

std::vector<std::string> with_forward(int port, int target, const std::vector<std::string>& more = {})
{
    std::vector<std::string> words{"-o", "ExitOnForwardFailure=no", "-R",
                                   "127.0.0.1:" + forwarding(port, target)};
    words.insert(words.end(), more.begin(), more.end());
    return tunnel(words);
}

bool has_just_booted()
{
    double seconds = 1e9;
    std::ifstream("/proc/uptime") >> seconds;
    return seconds < 400;
}

int log_ins(const Sshd& sshd)
{
    const std::string log = sshd.log();
    int count = 0;
    for (std::size_t at = log.find("Accepted publickey for"); at != std::string::npos;
         at = log.find("Accepted publickey for", at + 1))
        ++count;
    return count;
}

std::string has_it(const Autossh& autossh, int port)
{
    return fmt::format(
        "another autossh (pid {}) has port {} on 127.0.0.1; trying again when that one ends, or in 10 m",
        autossh.log().autossh_pid(), port);
}

/// How often three of 1.4g log in, until each has done so and a while longer.
int log_ins_of_reference(const Server& far_end)
{
    Sshd sshd;
    const unsigned short port = free_port_pair();
    std::list<Process> running;
    for (int i = 0; i < 3; ++i) {
        std::vector<std::string> words{REFERENCE, "-F", sshd.client_config()};
        for (const std::string& word : with_forward(port, far_end.port()))
            words.push_back(word);
        words.emplace_back("server");
        running.emplace_back(ProcessOptions{.arguments = words});
    }
    CHECK(wait_until([&] { return log_ins(sshd) >= 3; }));
    CHECK_FALSE(wait_until([&] { return log_ins(sshd) > 3; }, std::chrono::seconds(7)));
    const int count = log_ins(sshd);
    for (const Process& each : running) {
        each.signal(SIGTERM);
        CHECK(each.wait_until_nothing_left());
    }
    return count;
}

}  // namespace

TEST_CASE(
    "The same tunnel started three times: two wait for the end of the one that has the port, and take over")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    std::optional<Autossh> first(std::in_place, sshd, with_forward(port, far_end.port()), default_times());
    REQUIRE(first->log().wait_for("]: up: "));
    std::optional<Autossh> second(std::in_place, sshd, with_forward(port, far_end.port()), default_times());
    REQUIRE(second->log().wait_for(has_it(*first, port)));
    // It has another forward, and so it goes on, and asks again after its poll time.
    const unsigned short other_port = free_port_pair();
    const Autossh third(sshd,
                        with_forward(port, far_end.port(), {"-L", forwarding(other_port, far_end.port())}),
                        {{"AUTOSSH_POLL", "3"}});
    REQUIRE(third.log().wait_for("the refused forward is tried again when that one has ended"));
    CHECK(carries_bytes(other_port));
    CHECK(log_ins(sshd) <= 4);  // the second may have asked twice before the first had told that it has it
    CHECK(starts(third) == 1);
    if (access(REFERENCE, X_OK) == 0)
        CHECK(log_ins_of_reference(far_end) == 3);

    CHECK(first->end() == exited(1));
    first.reset();
    const auto one_is_up = [&] { return second->log().count("]: up") + third.log().count("]: up") > 0; };
    CHECK(wait_until(one_is_up));
    CHECK(carries_bytes(port));
    CHECK(second->end() == exited(1));
    CHECK(third.log().wait_for("]: up"));
    CHECK(carries_bytes(port));
    CHECK(third.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("One that is killed leaves its forward to the next")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh first(sshd, with_forward(port, far_end.port()), default_times());
    REQUIRE(first.log().wait_for("]: up: "));
    const Autossh second(sshd, with_forward(port, far_end.port()), default_times());
    REQUIRE(second.log().wait_for(has_it(first, port)));
    first.process().signal(SIGKILL);
    CHECK(second.log().wait_for("the other autossh has ended: trying again"));
    CHECK(second.log().wait_for("]: up: "));
    CHECK(carries_bytes(port));
    CHECK(second.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A port that the server gives nobody is asked for ever later")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(!has_just_booted(), "after a boot, a session from before it may hold the port");
    Sshd sshd;
    sshd.configure_server("PermitListen 127.0.0.1:1");
    const Autossh autossh(sshd, with_forward(free_port_pair(), 9, {"-S", "none"}), default_times());
    const std::string useless = "]: no forward works, restarting ssh\n";
    REQUIRE(autossh.log().wait_for(useless, 2));
    const auto second = std::chrono::steady_clock::now();
    REQUIRE(autossh.log().wait_for(useless, 3));
    CHECK(std::chrono::steady_clock::now() - second > std::chrono::seconds(8));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "A port that a dead session of ours held is asked for every few seconds, although another forward works")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const unsigned short other_port = free_port_pair();
    const Autossh autossh(
        sshd,
        with_forward(port, far_end.port(), {"-S", "none", "-L", forwarding(other_port, far_end.port())}),
        default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    sshd.stop();
    std::optional<Server> holder(std::in_place, Server::Manner::echo, port);  // as a dead session might
    sshd.start();
    REQUIRE(autossh.log().wait_for("]: trying the refused forward again, restarting ssh\n"));
    CHECK(carries_bytes(other_port));
    holder.reset();
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
