// A use of the user's own forward that the server refuses is told, also while -M auto tests its loop.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr int uses = 5;
constexpr const char* refusal = ": open failed: administratively prohibited: open failed";

int told(const Process& process)
{
    return occurrences(process.errors(), refusal);
}

/// Uses a forward that leads nowhere several times, and says how often that was told on stderr.
int refusals_told(const Sshd& sshd, std::vector<std::string> program)
{
    const unsigned short port = free_port_pair();
    const std::vector<std::string> words{
        "-F",    sshd.client_config().string(), "-N", "-L", "127.0.0.1:" + forwarding(port, sshd.port()),
        "server"};
    program.insert(program.end(), words.begin(), words.end());
    const Process process({.arguments = program, .changes = {{"AUTOSSH_GATETIME", "0"}}});
    REQUIRE(wait_until([&] { return exchange(port, "x").empty() && told(process) > 0; }));
    std::this_thread::sleep_for(std::chrono::milliseconds(300));  // the last one may still be told
    const int before = told(process);
    for (int i = 0; i < uses; ++i)
        exchange(port, "x");
    wait_until([&] { return told(process) >= before + uses; }, std::chrono::seconds(3));
    return told(process) - before;
}

}  // namespace

TEST_CASE("Heartbeat: what the user's own forward meets is told while the loop is being tested")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("AllowTcpForwarding no");
    CHECK(refusals_told(sshd, {"ssh"}) == uses);
    CHECK(refusals_told(sshd, {tested_autossh()}) == uses);
    if (access(REFERENCE, X_OK) == 0)
        CHECK(refusals_told(sshd, {REFERENCE, "-M", "0"}) == uses);
    check_nothing_left(sshd);
}

TEST_CASE("States: the uses of a forward whose target is dead are counted in the log, and each told by ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short port = free_port_pair();
    const int dead = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", "127.0.0.1:" + forwarding(port, dead)},
                          {{"AUTOSSH_LOGLEVEL", "6"}});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const auto told_by_ssh = [&] {
        return occurrences(autossh.process().errors(), ": open failed: connect failed: ");
    };
    for (int i = 0; i < uses; ++i)
        exchange(port, "x");
    wait_until([&] { return told_by_ssh() >= uses; });
    CAPTURE(autossh.process().errors());
    REQUIRE(told_by_ssh() == uses);
    REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGTERM));
    const std::string reason = fmt::format("Connection refused (127.0.0.1:{})\n", dead);
    CHECK(autossh.log().wait_for(
        fmt::format("]: the target of a forward cannot be reached, {} more times: {}", uses - 1, reason)));
    CHECK(autossh.log().count("]: the target of a forward cannot be reached: " + reason) == 1);
    CHECK(autossh.log().count(": open failed: connect failed: ") == 1);
    CHECK(autossh.end());
    check_nothing_left(sshd);
}
