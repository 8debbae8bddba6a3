// Manual, "What is added": ControlMaster in the user's configuration.
#include "e2e/support/masters.hpp"
#include "e2e/support/secrets.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// As people have it for all hosts. Gives the control path.
std::string share_connections(Sshd& sshd, const std::string& master = "auto")
{
    const std::string path = sshd.directory() / "cm";
    sshd.configure_client("ControlMaster " + master + "\nControlPath " + path + "\nControlPersist 10m\n");
    return path;
}

}  // namespace

TEST_CASE(
    "Master: a tunnel that the configuration makes one stays one, in the foreground, also after its ssh was "
    "killed")
{
    SKIP_WITHOUT_SSHD();
    const std::string how = GENERATE("auto", "yes");
    Sshd sshd;
    share_connections(sshd, how);
    const std::string config = without_a_key(sshd);
    const Autossh autossh(sshd, {"-N", "-L", forwarding(free_port_pair(), sshd.port())}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: the connection test came back in "));
    pid_t ssh = autossh.log().ssh_pid();
    CHECK(master_at(config) == ssh);
    CHECK(status_of({"ssh", "-F", config, "-o", "ControlMaster=no", "server", "true"}) == exited(0));
    REQUIRE(kill(ssh, SIGKILL) == 0);
    REQUIRE(autossh.log().wait_for("]: up again "));
    CHECK(autossh.log().ssh_pid() != ssh);
    ssh = autossh.log().ssh_pid();
    CHECK(master_at(config) == ssh);
    CHECK(status_of({"ssh", "-F", config, "-o", "ControlMaster=no", "server", "true"}) == exited(0));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Master: beside another one the tunnel has a connection of its own")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    share_connections(sshd);
    const MasterByHand master(sshd);
    const Autossh autossh(sshd, {"-N", "-L", forwarding(free_port_pair(), sshd.port())}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    INFO(autossh.log().text());
    CHECK(autossh.log().count("the connection is shared with another ssh") == 0);
    master.end();
    CHECK(autossh.log().count("starting ssh (") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Master: with --restart never it is used as plain ssh uses it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    share_connections(sshd);
    const std::string config = without_a_key(sshd);
    const MasterByHand master(sshd);
    CHECK(status_of({tested_autossh(), "--restart", "never", "-M", "0", "-F", config, "server", "exit 7"}) ==
          exited(7));
    master.end();
    check_nothing_left(sshd);
}

TEST_CASE("Master: ssh -O exit is told as the cause, and ssh started again as by 1.4g")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    share_connections(sshd);
    const Autossh autossh(sshd, {"-N"}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    REQUIRE(autossh.log().wait_for("]: ssh has answered: what it logs now is its own\n"));
    CHECK(status_of({"ssh", "-F", sshd.client_config(), "-O", "exit", "server"}) == exited(0));
    CHECK(autossh.log().wait_for(": ended by ssh -O exit; trying again at once\n"));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count("]: remedy: ") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
