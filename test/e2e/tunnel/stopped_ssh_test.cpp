// Manual, "Stopped ssh".
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/shell.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

constexpr const char* replaced = "]: ssh was stopped for 10 s, restarting ssh\n";

pid_t ssh_that_is_up(const LogFile& log)
{
    REQUIRE(log.wait_for("]: up: "));
    return log.ssh_pid();
}

/// A tunnel whose ssh is stopped: when it is replaced, the limit is over for all that were stopped before.
class StoppedTunnel {
public:
    explicit StoppedTunnel(const Sshd& sshd)
        : port_(free_port_pair()), autossh_(sshd, tunnel({"-L", forwarding(port_, far_end_.port())})),
          ssh_(ssh_that_is_up(autossh_.log()))
    {
        process_table::send(ssh_, SIGSTOP);
    }

    const Autossh& autossh() const { return autossh_; }

    void check_that_it_is_replaced() const
    {
        REQUIRE(autossh_.log().wait_for(replaced));
        CHECK(autossh_.log().wait_for("]: down after "));
        CHECK(cause_after(autossh_.log(), "down") == "ssh was stopped for 10 s; trying again at once");
        CHECK(autossh_.log().wait_for("]: up again after "));
        CHECK(carries_bytes(port_));
        CHECK(autossh_.log().ssh_pid() != ssh_);
        CHECK(state_of(ssh_) == '-');
        CHECK(autossh_.log().count("]: starting ssh (count ") == 2);
    }

private:
    Server far_end_;
    unsigned short port_;
    Autossh autossh_;
    pid_t ssh_;
};

}  // namespace

TEST_CASE("An ssh that stays stopped is replaced, and one that goes on in time is not")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    Sshd own(Sshd::Loopback::own);
    const Autossh goes_on(own, {"-N"}, {{"AUTOSSH_POLL", "1"}});
    REQUIRE(goes_on.log().wait_for("connection ok"));
    const pid_t ssh = ssh_that_is_up(goes_on.log());
    REQUIRE(process_table::send(ssh, SIGSTOP));
    const StoppedTunnel stopped(sshd);
    REQUIRE(state_of(ssh) == 'T');
    const int tests = goes_on.log().count("connection ok");
    REQUIRE(process_table::send(ssh, SIGCONT));
    CHECK(goes_on.log().wait_for("connection ok", tests + 1));

    stopped.check_that_it_is_replaced();
    CHECK(goes_on.log().ssh_pid() == ssh);
    CHECK(goes_on.log().count("]: suspect: ") == 0);
    CHECK(goes_on.log().count("restarting ssh") == 0);
    CHECK(goes_on.end() == exited(1));
    CHECK(stopped.autossh().end() == exited(1));
    own.stop();
    check_nothing_left(sshd);
}

TEST_CASE("An ssh that is stopped while it logs in is replaced, too")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server silent(Server::Manner::half_an_sshd);
    const Autossh autossh(sshd, tunnel({"-p", std::to_string(silent.port())}));
    REQUIRE(autossh.log().wait_for("]: connecting: "));
    const pid_t ssh = autossh.log().ssh_pid();
    REQUIRE(wait_until([&] { return silent.connections() > 0; }));
    REQUIRE(process_table::send(ssh, SIGSTOP));
    CHECK(autossh.log().wait_for(replaced));
    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(state_of(ssh) == '-');
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("An ssh that somebody has suspended at the terminal is not replaced")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Sshd own(Sshd::Loopback::own);
    Shell suspended(default_times());
    suspended.run(own, "echo remote ready\nwhile read -r line; do echo \"remote got $line.\"; done\n",
                  {"-t"});
    const pid_t ssh = ssh_that_is_up(suspended.log());
    suspended.terminal().type("\r~\x1a");
    REQUIRE(wait_until([&] { return state_of(ssh) == 'T'; }));

    Shell in_background;
    in_background.start(sshd, tunnel({}), "", "&");
    const pid_t other_ssh = ssh_that_is_up(in_background.log());
    REQUIRE(process_table::send(other_ssh, SIGTSTP));
    REQUIRE(wait_until([&] { return state_of(other_ssh) == 'T'; }));

    const StoppedTunnel stopped(sshd);
    stopped.check_that_it_is_replaced();
    CHECK(state_of(other_ssh) == 'T');
    CHECK(in_background.log().ssh_pid() == other_ssh);
    process_table::send(other_ssh, SIGCONT);
    suspended.enter("fg");
    const pid_t autossh = suspended.log().autossh_pid();
    CHECK(wait_until([&] { return suspended.terminal().foreground_group() == autossh; }));
    suspended.enter("still there");
    CHECK(suspended.terminal().wait_for_text("remote got still there."));
    CHECK(suspended.log().wait_for("]: connection ok\n", 2));  // at once, as time has passed unseen
    CHECK(suspended.log().ssh_pid() == ssh);
    CHECK(suspended.log().count("restarting ssh") == 0);

    suspended.terminal().type("\x04");
    CHECK(suspended.shows_status(0));
    CHECK(process_table::send(in_background.log().autossh_pid(), SIGTERM));
    CHECK(wait_until([&] { return state_of(in_background.log().autossh_pid()) == '-'; }));
    CHECK(in_background.log().count("restarting ssh") == 0);
    CHECK(stopped.autossh().end() == exited(1));
    CHECK(suspended.leaves());
    CHECK(in_background.leaves());
    own.stop();
    check_nothing_left(sshd);
}
