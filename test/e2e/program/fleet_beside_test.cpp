// Many tunnels in one process: what fails beside them, a log or an agent, costs none of the others anything.
#include "e2e/support/autossh.hpp"
#include "e2e/support/fleet_folder.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr int fleet_size = 3;

std::string fleet_of_three(const Sshd& sshd)
{
    std::string text = fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n",
                                   sshd.client_config().string());
    for (int number = 0; number < fleet_size; ++number)
        text +=
            fmt::format("[tunnel.t{}]\nlocal = [\"127.0.0.1:{}:127.0.0.1:9\"]\n", number, free_port_pair());
    return text;
}

ProcessOptions fleet_with_log(const FleetFolder& folder, const std::string& log)
{
    return {.arguments = {tested_autossh(), "--fleet", "--log-file", log, "--pid-file", folder / "pid",
                          folder.path()},
            .errors = open("/dev/null", O_WRONLY | O_CLOEXEC)};
}

std::string states(const FleetFolder& folder)
{
    const Process check({.arguments = {tested_autossh(), "--check", "--pid-file", folder / "pid"}});
    check.wait_for_exit();
    return check.output();
}

bool all_are_up(const FleetFolder& folder)
{
    return wait_until([&] { return states(folder).starts_with("lab: 3 tunnels: 3 up\n"); });
}

std::vector<pid_t> sshs_of(const Process& autossh)
{
    std::vector<pid_t> pids;
    for (const auto& entry : autossh.family())
        if (entry.command.find(" -N ") != std::string::npos && entry.command.find("ssh") < 20 &&
            entry.pid != autossh.pid())
            pids.push_back(entry.pid);
    return pids;
}

/// Each comes up, comes back when its ssh is killed, alone, and all end when told.
void check_that_tunnels_live(const FleetFolder& folder, const Process& autossh)
{
    REQUIRE(all_are_up(folder));
    const auto before = sshs_of(autossh);
    REQUIRE(before.size() == fleet_size);
    process_table::send(before.front(), SIGKILL);
    CHECK(wait_until([&] {
        const auto now = sshs_of(autossh);
        return now.size() == fleet_size && std::ranges::find(now, before.front()) == now.end();
    }));
    CHECK(all_are_up(folder));
    const auto after = sshs_of(autossh);
    for (std::size_t other = 1; other < before.size(); ++other)
        CHECK(std::ranges::find(after, before[other]) != after.end());
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit());
    CHECK(autossh.wait_until_nothing_left());
}

}  // namespace

TEST_CASE("Fleet: a full disk under the log costs no tunnel anything")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetFolder folder(fleet_of_three(sshd));
    const Process autossh(fleet_with_log(folder, "/dev/full"));
    check_that_tunnels_live(folder, autossh);
}

TEST_CASE("Fleet: a log that nobody reads any more costs no tunnel anything")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetFolder folder(fleet_of_three(sshd));
    const std::string log = folder / "fifo";
    REQUIRE(mkfifo(log.c_str(), 0600) == 0);
    const int reader = open(log.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(reader >= 0);
    const std::string full(4096, 'x');
    while (write(reader, full.data(), full.size()) > 0) {
    }
    {
        const Process autossh(fleet_with_log(folder, log));
        check_that_tunnels_live(folder, autossh);
    }
    close(reader);
}

TEST_CASE("Fleet: an ssh-agent that has died costs only who needs it, and is told")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const TemporaryDirectory gone;
    std::string config = read_file(sshd.client_config());
    const std::size_t key = config.find("/user_key");
    const std::size_t line = config.rfind(' ', key);
    config.replace(line + 1, config.find('\n', key) - line - 1, "none");
    write_file(gone / "config", config);
    const FleetFolder folder(
        fleet_of_three(sshd) +
        fmt::format("[tunnel.agent]\noptions = [\"-F\", \"{}\", \"-o\", \"IdentitiesOnly=no\", \"-o\", "
                    "\"IdentityAgent={}\"]\n",
                    (gone / "config").string(), (gone / "agent").string()));
    const Process autossh(folder.options());
    CHECK(folder.wait_for(": up: ", fleet_size));
    CHECK(folder.wait_for("]: agent: not up after "));
    INFO(folder.log());
    CHECK(folder.count("]: agent: remedy: start the agent") >= 1);
    for (int number = 0; number < fleet_size; ++number)
        CHECK(folder.count(fmt::format("]: t{}: starting ssh (count ", number)) == 1);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit());
    CHECK(autossh.wait_until_nothing_left());
}
