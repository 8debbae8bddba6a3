// autossh-fleet(5), "Starting": many tunnels to one sshd at its defaults, which shuts out addresses that
// cause trouble (OpenSSH 9.8, PerSourcePenalties) and refuses log-ins that are too many at a time
// (MaxStartups).
#include "e2e/support/fleet_folder.hpp"
#include "e2e/support/newer_sshd.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <set>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

constexpr auto patience_with_many = 3min;

std::string fleet_of(const Sshd& sshd, int tunnels, const std::string& more = "")
{
    return fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n"
                       "[range.many]\nname = \"t{{n}}\"\nvars = {{ n = \"1..{}\" }}\n{}",
                       sshd.client_config().string(), tunnels, more);
}

/// Neither for log-ins that are too many, nor for trouble.
bool nobody_was_refused(const NewerSshd& sshd)
{
    return !sshd.has_shut_us_out() && sshd.log().find("MaxStartups") == std::string::npos &&
           sshd.log().find("drop connection") == std::string::npos;
}

/// Whose ssh have logged in were under way so many at a time, as sshd tells at LogLevel VERBOSE.
std::size_t most_at_a_time(const std::string& log)
{
    const auto port_behind = [&](std::size_t at) {
        const std::size_t port = log.find(" port ", at) + 6;
        return log.substr(port, log.find(' ', port) - port);
    };
    const std::string from = "\nConnection from ";
    const std::string accepted = "\nAccepted ";
    std::set<std::string> under_way;
    std::set<std::string> with_log_in;
    for (auto at = log.find(accepted); at != std::string::npos; at = log.find(accepted, at + 1))
        with_log_in.insert(port_behind(at));
    std::size_t most = 0;
    for (auto at = log.find('\n'); at != std::string::npos; at = log.find('\n', at + 1)) {
        if (log.compare(at, accepted.size(), accepted) == 0)
            under_way.erase(port_behind(at));
        else if (log.compare(at, from.size(), from) == 0 && with_log_in.contains(port_behind(at)))
            under_way.insert(port_behind(at));
        most = std::max(most, under_way.size());
    }
    return most;
}

void end_fleet(const Process& autossh, const Sshd& sshd)
{
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit().has_value());
    CHECK(autossh.wait_until_nothing_left());
    CHECK(wait_until([&] { return sshd.session_processes().empty(); }));
}

}  // namespace

TEST_CASE("Newer sshd: 40 tunnels come up, and come back after its restart, and none is refused")
{
    SKIP_WITHOUT_NEWER_SSHD();
    constexpr int count = 40;
    NewerSshd sshd;
    const FleetFolder folder(fleet_of(sshd, count));
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", count, patience_with_many));
    CHECK(nobody_was_refused(sshd));
    CHECK(folder.count("starting ssh (count ") == count);
    sshd.stop();
    REQUIRE(folder.wait_for("connection refused by "));
    sshd.start();
    CHECK(folder.wait_for(": up again ", count, patience_with_many));
    CHECK(nobody_was_refused(sshd));
    end_fleet(autossh, sshd);
}

TEST_CASE("Newer sshd: tunnels whose key is not accepted do not have the others shut out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    constexpr int bad = 10;
    constexpr int good = 5;
    NewerSshd sshd;
    const std::string key = sshd.directory() / "stranger";
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key});
    const std::string ours = sshd.directory() / "user_key";
    const std::string config = sshd.directory() / "stranger_config";
    std::string text = read_file(sshd.client_config());
    write_file(config, text.replace(text.find(ours), ours.size(), key));
    const FleetFolder folder(
        fleet_of(sshd, good,
                 fmt::format("[range.bad]\nname = \"bad{{n}}\"\nvars = {{ n = \"1..{}\" }}\n"
                             "options = [\"-F\", \"{}\"]\npriority = 1\n",
                             bad, config)));
    const Process autossh(folder.options());
    REQUIRE(folder.wait_for(": up: ", good, patience_with_many));
    REQUIRE(folder.wait_for("trying again in 30 s"));
    CHECK(folder.count(": starting ssh (count 1)") <= good + 2);
    const pid_t ssh = folder.ssh_of("t3");
    REQUIRE(ssh > 0);
    process_table::send(ssh, SIGKILL);
    CHECK(folder.wait_for("]: t3: up again "));
    CHECK(nobody_was_refused(sshd));
    end_fleet(autossh, sshd);
}

TEST_CASE("Fleet: a tunnel is not tried while one that it comes after is not up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const FleetFolder folder(fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n"
                                         "[tunnel.second]\nafter = [\"first\"]\n[tunnel.first]\n",
                                         sshd.client_config().string()));
    const Process autossh(folder.options({"--log-level", "7"}));
    REQUIRE(folder.wait_for("]: second: waiting: for first\n"));
    REQUIRE(folder.wait_for("]: first: starting ssh (count ", 3));
    CHECK(folder.count("]: second: starting ssh") == 0);
    sshd.start();
    CHECK(folder.wait_for("]: second: up: "));
    const std::string log = folder.log();
    CHECK(log.find("]: first: up: ") < log.find("]: second: starting ssh (count 1)"));
    end_fleet(autossh, sshd);
}

TEST_CASE("Fleet: beside connections in doubt no more ssh log in at a time than a server has places")
{
    SKIP_WITHOUT_SSHD();
    constexpr int count = 8;
    Sshd sshd;
    sshd.configure_server("LogLevel VERBOSE\n");
    const FleetFolder folder("[fleet]\nper-server = 2\n" + fleet_of(sshd, count));
    const Process autossh(folder.options({"--log-level", "7"}));
    REQUIRE(folder.wait_for(": up: ", count, patience_with_many));
    const auto stopped = sshd.session_processes();
    sshd.signal_sessions(SIGSTOP);
    autossh.signal(SIGCONT);
    CHECK(folder.wait_for(" takes its place\n", count, patience_with_many));
    for (const pid_t session : stopped)
        process_table::send(session, SIGCONT);
    CHECK(folder.count(": the connection is in doubt: another ssh (") >= count);
    CHECK(folder.count(": another ssh waits for its turn") > 0);
    CHECK(occurrences(sshd.log(), "Accepted publickey") >= 2 * count);
    CHECK(most_at_a_time(sshd.log()) <= 2);
    end_fleet(autossh, sshd);
}

TEST_CASE("Fleet: tunnels that are renewed log in one at a time")
{
    SKIP_WITHOUT_SSHD();
    constexpr int count = 6;
    Sshd sshd;
    sshd.configure_server("LogLevel VERBOSE\n");
    const FleetFolder folder("[fleet]\nper-server = 1\n" +
                             fleet_of(sshd, count, "renew = \"1s\"\nrenew-grace = \"1s\"\n"));
    const Process autossh(folder.options());
    CHECK(folder.wait_for(" takes its place\n", 2 * count, patience_with_many));
    CHECK(most_at_a_time(sshd.log()) == 1);
    CHECK(folder.count(": down after ") == 0);
    end_fleet(autossh, sshd);
}
