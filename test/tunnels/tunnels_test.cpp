#include "autossh/system/process_tree.hpp"
#include "e2e/support/autossh.hpp"
#include "support/catch.hpp"
#include "tunnels/fleet.hpp"

#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::Fleet;
using autossh_test::Sshd;

namespace {

std::string name_of(std::size_t tunnel)
{
    return fmt::format("t{:02}", tunnel);
}

std::vector<pid_t> our_children()
{
    return children_in("/proc/self").value_or(std::vector<pid_t>());
}

/// The one process that a tunnel's ssh is, as its log tells.
pid_t logged_pid(const Fleet& fleet, std::size_t tunnel)
{
    const std::string log = fleet.log_of(name_of(tunnel));
    constexpr std::string_view words = "ssh child pid is ";
    const auto at = log.rfind(words);
    return at == std::string::npos ? 0 : std::stoi(log.substr(at + words.size()));
}

}  // namespace

TEST_CASE("One is killed, one stopped, one never starts, and the other 47 tunnels are not disturbed")
{
    constexpr std::size_t count = 50;
    constexpr std::size_t killed = 7;
    constexpr std::size_t stopped = 23;
    constexpr std::size_t absent = 41;
    {
        Fleet fleet(count);
        for (std::size_t i = 0; i < count; ++i)
            fleet.add_stand_in(name_of(i), "sleep").ssh.file =
                i == absent ? "/nonexistent/ssh" : FAKE_SSH_PATH;
        fleet.start();
        const auto all_run = [&] {
            for (std::size_t i = 0; i < count; ++i)
                if (i != absent && fleet.ssh_pid(i) == 0)
                    return false;
            return true;
        };
        REQUIRE(fleet.until(all_run));
        CHECK(fleet.until([&] { return fleet.running() == count - 1; }));
        CHECK(fleet.log_of(name_of(absent)).find("/nonexistent/ssh: No such file or directory") !=
              std::string::npos);
        std::vector<pid_t> before;
        for (std::size_t i = 0; i < count; ++i)
            before.push_back(fleet.ssh_pid(i));
        CHECK(std::set<pid_t>(before.begin(), before.end()).size() ==
              count);  // with the 0 of the one that is absent

        ::kill(before[killed], SIGKILL);
        ::kill(before[stopped], SIGSTOP);
        CHECK(fleet.until([&] { return fleet.starts(killed) == 2; }));
        CHECK(fleet.log_of(name_of(killed)).find("ssh exited on signal 9, restarting ssh") !=
              std::string::npos);
        CHECK(fleet.until([&] { return fleet.starts(stopped) == 2; }));  // it is given 10 s
        for (std::size_t i = 0; i < count; ++i)
            if (i != killed && i != stopped && i != absent) {
                INFO(name_of(i));
                CHECK(fleet.starts(i) == 1);
                CHECK(fleet.ssh_pid(i) == before[i]);
                CHECK(::kill(before[i], 0) == 0);
            }
        CHECK(fleet.log().find("left behind by ssh") == std::string::npos);
        fleet.end();
        CHECK(fleet.running() == 0);
    }
    CHECK(our_children().empty());
}

TEST_CASE("50 that end at the same moment each keep their own exit status")
{
    constexpr std::size_t count = 50;
    Fleet fleet(count);
    for (std::size_t i = 0; i < count; ++i)
        fleet.add_stand_in(name_of(i), fmt::format("after 300ms exit {}", i + 1)).restart =
            RestartPolicy::none;
    fleet.start();
    CHECK(fleet.until([&] { return fleet.running() == 0; }));
    for (std::size_t i = 0; i < count; ++i) {
        INFO(fleet.log_of(name_of(i)));
        CHECK(
            fleet.log_of(name_of(i)).find(fmt::format("ssh exited with status {}; autossh exiting", i + 1)) !=
            std::string::npos);
    }
    CHECK(our_children().empty());
}

TEST_CASE("What one ssh leaves behind is ended, and what the other tunnels' have started lives")
{
    constexpr std::size_t count = 3;
    Fleet fleet(count);
    const autossh_test::TemporaryDirectory directory;
    const std::string script = directory / "with_helper";
    autossh_test::write_file(script, "sleep 1000 & wait\n");
    for (std::size_t i = 0; i < count; ++i)
        fleet.add_stand_in(name_of(i), "exec /bin/sh " + script).kill_time = 1s;
    fleet.start();
    const auto helper_of = [&](std::size_t i) {
        const pid_t ssh = fleet.ssh_pid(i);
        const auto children = children_in(fmt::format("/proc/{}", ssh)).value_or(std::vector<pid_t>());
        return ssh == 0 || children.empty() ? 0 : children.front();
    };
    REQUIRE(fleet.until([&] { return helper_of(0) != 0 && helper_of(1) != 0 && helper_of(2) != 0; }));
    const pid_t left = helper_of(1);
    const std::vector<pid_t> others{helper_of(0), helper_of(2)};
    ::kill(fleet.ssh_pid(1), SIGKILL);
    CHECK(fleet.until([&] { return ::kill(left, 0) != 0; }));
    CHECK(fleet.log_of(name_of(1)).find(fmt::format("ending {} (", left)) != std::string::npos);
    CHECK(fleet.until([&] { return fleet.starts(1) == 2; }));
    for (const pid_t other : others)
        CHECK(::kill(other, 0) == 0);
    fleet.end();
    CHECK(fleet.until([] { return our_children().empty(); }));
}

TEST_CASE(
    "8 tunnels with the real ssh are tested each over a loop of its own, and a killed one comes back alone")
{
    SKIP_WITHOUT_SSHD();
    constexpr std::size_t count = 8;
    Sshd sshd(Sshd::Loopback::own);  // no port that a test loop takes there is in use
    {
        Fleet fleet(count);
        for (std::size_t i = 0; i < count; ++i) {
            TunnelSettings& settings =
                fleet.add(name_of(i), {"-M", "auto", "-N", "-F", sshd.client_config().string(), "server"});
            settings.first_poll = 1s;
            settings.poll = settings.test_interval = 1s;
        }
        fleet.start();
        const auto all_are_tested = [&] {
            for (std::size_t i = 0; i < count; ++i)
                if (fleet.status(i).state != State::up || !fleet.status(i).last_test)
                    return false;
            return true;
        };
        const bool are_tested = fleet.until(all_are_tested);
        INFO(fleet.log());
        REQUIRE(are_tested);
        std::vector<pid_t> before;
        for (std::size_t i = 0; i < count; ++i)
            before.push_back(logged_pid(fleet, i));
        ::kill(before[3], SIGKILL);
        CHECK(fleet.until([&] { return fleet.status(3).state != State::up; }));
        CHECK(fleet.until(all_are_tested));
        CHECK(logged_pid(fleet, 3) != before[3]);
        for (std::size_t i = 0; i < count; ++i)
            if (i != 3)
                CHECK(logged_pid(fleet, i) == before[i]);
        fleet.end();
    }
    CHECK(autossh_test::wait_until([&] { return sshd.session_processes().empty(); }));
    sshd.stop();
    CHECK(our_children().empty());
}

TEST_CASE("Tunnels with the real ssh are renewed side by side, each with the folders of its own")
{
    SKIP_WITHOUT_SSHD();
    constexpr std::size_t count = 3;
    constexpr std::string_view takes_over = "which has logged in beside the last one, takes its place";
    Sshd sshd;
    {
        Fleet fleet(count);
        std::vector<std::string> paths;
        for (std::size_t i = 0; i < count; ++i) {
            paths.push_back(sshd.directory() / name_of(i));
            fleet.add(name_of(i), {"-M", "auto", "--renew", "1s", "-N", "-L", paths.back() + ":127.0.0.1:9",
                                   "-F", sshd.client_config().string(), "server"});
        }
        fleet.start();
        const auto renewals = [&](std::size_t tunnel) {
            const std::string log = fleet.log_of(name_of(tunnel));
            std::size_t found = 0;
            for (auto at = log.find(takes_over); at != std::string::npos; at = log.find(takes_over, at + 1))
                ++found;
            return found;
        };
        const auto all_are_renewed = [&] {
            for (std::size_t i = 0; i < count; ++i)
                if (renewals(i) < 3 || fleet.status(i).state != State::up)
                    return false;
            return true;
        };
        CHECK(fleet.until(all_are_renewed));
        for (std::size_t i = 0; i < count; ++i) {
            const std::string log = fleet.log_of(name_of(i));
            INFO(log);
            CHECK(log.find("degraded: ") == std::string::npos);
            CHECK(log.find("left behind by ssh") == std::string::npos);
            CHECK(std::filesystem::is_socket(paths[i]));
        }
        fleet.end();
    }
    CHECK(autossh_test::wait_until([&] { return sshd.session_processes().empty(); }));
    sshd.stop();
    CHECK(our_children().empty());
}
