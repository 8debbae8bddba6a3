// Manual, "Ending ssh": what ssh starts does not outlive it.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>

using namespace autossh_test;

namespace {

/// A ProxyCommand that stays when its input has ended, and notes its pid.
class Relay {
public:
    /// `beginning`: of the script.
    explicit Relay(Sshd& sshd, const std::string& beginning = "") : pids_(sshd.directory() / "relays")
    {
        const std::string script = sshd.directory() / "relay";
        write_file(script,
                   fmt::format("{}\necho $$ >>{}\n"
                               "ssh -F {} -o ProxyCommand=none -W 127.0.0.1:{} server\n"
                               "exec sleep 1000\n",
                               beginning, pids_.string(), sshd.client_config().string(), sshd.port()));
        sshd.configure_client("ProxyCommand sh " + script);
    }
    /// Of the one that was started as the Nth.
    pid_t pid(int number) const
    {
        std::istringstream pids(read_file(pids_));
        pid_t pid = 0;
        for (int i = 0; i < number; ++i)
            if (!(pids >> pid))
                return 0;
        return pid;
    }

private:
    std::filesystem::path pids_;
};

bool gone(pid_t pid)
{
    return wait_until([pid] { return state_of(pid) == '-'; });
}

std::string ending(pid_t pid)
{
    return fmt::format("]: ending {} (", pid);
}

/// The same server by the name of "jump", with lines of its own in the client's configuration.
void add_jump_host(const Sshd& sshd, const std::string& lines = "")
{
    const std::string server = read_file(sshd.client_config());
    write_file(sshd.client_config(), server + "Host jump\n" + lines + server.substr(server.find('\n') + 1));
}

/// The process in the background that keeps a shared connection. (It has written over its environment, by
/// which a family is known.)
pid_t shared_master()
{
    pid_t master = 0;
    wait_until([&] {
        for (const auto& entry : living_processes())
            if (entry.command.find("[mux]") != std::string::npos)
                master = entry.pid;
        return master != 0;
    });
    return master;
}

}  // namespace

#ifdef __linux__
TEST_CASE("The ProxyCommand of an ssh that was killed is ended, and the tunnel is back")
{
    SKIP_WITHOUT_SSHD();
    for (const std::string control_path : {"", "-Snone"}) {
        CAPTURE(control_path);
        Sshd sshd;
        const Relay relay(sshd);
        const Server far_end;
        const unsigned short port = free_port_pair();
        std::vector<std::string> words{"-M", "0", "-N", "-L", forwarding(port, far_end.port())};
        if (!control_path.empty())
            words.push_back(control_path);
        const Autossh autossh(sshd, words);
        REQUIRE(carries_bytes(port));
        const pid_t ssh = autossh.log().ssh_pid();

        REQUIRE(process_table::send(ssh, SIGKILL));
        CHECK(autossh.log().wait_for(ending(relay.pid(1))));
        CHECK(autossh.log().wait_for("left behind by ssh"));
        CHECK(gone(relay.pid(1)));
        REQUIRE(autossh.ssh_after(ssh) != ssh);
        CHECK(carries_bytes(port));
        CHECK(state_of(relay.pid(2)) != '-');

        CHECK(autossh.end() == exited(1));
        CHECK(autossh.process().wait_until_nothing_left());
        check_nothing_left(sshd);
    }
}

TEST_CASE("A ProxyCommand that does not end is killed after the kill time, also when autossh is stopped")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Relay relay(sshd, "trap '' TERM HUP");
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_KILLTIME", "300ms"}});
    REQUIRE(carries_bytes(port));

    REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    CHECK(autossh.log().wait_for("has not ended on SIGTERM, sending SIGKILL"));
    CHECK(gone(relay.pid(1)));
    REQUIRE(carries_bytes(port));

    CHECK(autossh.end() == exited(1));
    CHECK(gone(relay.pid(2)));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("The ssh of a jump host is ended with the ssh that has started it, also when it is stopped")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    add_jump_host(sshd);
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-J", "jump", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();
    const auto family = autossh.process().family();
    const auto inner = std::ranges::find(family, ssh, &process_table::Entry::parent);
    REQUIRE(inner != family.end());
    REQUIRE(process_table::send(inner->pid, SIGSTOP));
    REQUIRE(wait_until([&] { return state_of(inner->pid) == 'T'; }));

    REQUIRE(process_table::send(ssh, SIGKILL));
    CHECK(autossh.log().wait_for(ending(inner->pid)));
    CHECK(gone(inner->pid));
    CHECK(carries_bytes(port));

    CHECK(autossh.end() == exited(1));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("The master of a shared connection outlives the ssh that has made it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd,
                          {"-M", "0", "-o", "ControlMaster=auto", "-o", "ControlPersist=yes", "-o",
                           "ControlPath=" + (sshd.directory() / "control").string()},
                          {}, {"true"});
    CHECK(autossh.process().wait_for_exit() == exited(0));
    const pid_t master = shared_master();
    REQUIRE(master != 0);
    CHECK(autossh.log().count("left behind by ssh") == 0);

    process_table::send(master, SIGTERM);
    check_nothing_left(sshd);
}

TEST_CASE("The shared connection with a jump host outlives the ssh that used it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    add_jump_host(sshd, fmt::format("ControlMaster auto\nControlPersist yes\nControlPath {}\n",
                                    (sshd.directory() / "control").string()));
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-J", "jump", "-L", forwarding(port, far_end.port())});
    REQUIRE(carries_bytes(port));
    const pid_t master = shared_master();
    REQUIRE(master != 0);

    const pid_t ssh = autossh.log().ssh_pid();
    REQUIRE(process_table::send(ssh, SIGKILL));
    REQUIRE(autossh.ssh_after(ssh) != ssh);
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    CHECK(shared_master() == master);
    CHECK(autossh.log().count(ending(master)) == 0);

    process_table::send(master, SIGTERM);
    check_nothing_left(sshd);
}
#endif
