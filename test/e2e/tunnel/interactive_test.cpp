// autossh as a job of an interactive shell, with a terminal on the far end.
#include "e2e/support/shell.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

/// Gives back each line that is typed.
constexpr const char* line_by_line = "echo remote ready\n"
                                     "while read -r line; do echo \"remote got $line.\"; done\n";

void go_through_proxy(Sshd& sshd)
{
    sshd.configure_client(fmt::format("ProxyCommand ssh -F {} -o ProxyCommand=none -W 127.0.0.1:{} server\n",
                                      sshd.client_config().string(), sshd.port()));
}

/// On so short a way the server may close the connection before ssh itself does, at ssh's last word.
void check_escape_ends(Sshd& sshd, Shell& shell)
{
    sshd.signal_sessions(SIGSTOP);
    shell.terminal().type("\r~.");
    CHECK(shell.log().wait_for("ssh exited with status 255; autossh exiting"));
    CHECK(shell.shows_status(1));
    sshd.signal_sessions(SIGCONT);
    CHECK(shell.log().count("starting ssh") == 1);
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

}  // namespace

TEST_CASE("A change of the window's size reaches the remote terminal")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, "trap 'echo \"remote size $(stty size).\"' WINCH\n"
                    "trap 'exit 0' TERM INT HUP\n"
                    "echo \"remote size $(stty size).\"; echo remote ready\n"
                    "while :; do sleep 0.05; done\n");
    CHECK(shell.terminal().wait_for_text("remote size 24 80."));

    shell.terminal().set_size(31, 101);
    CHECK(shell.terminal().wait_for_text("remote size 31 101."));
    shell.terminal().set_size(50, 132);
    CHECK(shell.terminal().wait_for_text("remote size 50 132."));

    shell.terminal().type("\x03");
    CHECK(shell.shows_status(0));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Ctrl-C goes to the remote process and not to autossh")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, std::string("trap 'echo remote interrupted' INT\n") +
                        "echo remote ready\n"
                        "while :; do read -r line && echo \"remote got $line.\" && exit 0; done\n");

    shell.terminal().type("\x03");
    CHECK(shell.terminal().wait_for_text("remote interrupted"));
    shell.enter("more");
    CHECK(shell.terminal().wait_for_text("remote got more."));

    CHECK(shell.shows_status(0));
    CHECK(shell.log().count("received signal") == 0);
    CHECK(shell.log().count("ssh exited with status 0; autossh exiting") == 1);
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

// ssh exits with 255 on ~. as it does when the connection breaks.
TEST_CASE("The escape ~. within the gate time ends ssh and autossh")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell(Environment{{"AUTOSSH_GATETIME", "30"}});
    shell.run(sshd, line_by_line);

    shell.terminal().type("\r~.");
    CHECK(shell.log().wait_for("ssh exited prematurely with status 255; autossh exiting"));
    CHECK(shell.shows_status(1));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("The escape ~. after the gate time ends ssh and autossh")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, line_by_line);
    REQUIRE(shell.log().wait_for("]: up: "));

    check_escape_ends(sshd, shell);
}

TEST_CASE("The escape ~. ends ssh and autossh also behind a proxy, where nothing goes through any more")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    go_through_proxy(sshd);
    Shell shell;
    shell.run(sshd, line_by_line);
    REQUIRE(shell.log().wait_for("]: up: "));

    check_escape_ends(sshd, shell);
}

TEST_CASE("With --plain the escape ~. is followed by a new session, as with the reference")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell(Environment{{"AUTOSSH_PLAIN", "yes"}});
    shell.run(sshd, line_by_line);
    const pid_t ssh = shell.log().ssh_pid();

    shell.terminal().type("\r~.");
    CHECK(shell.log().wait_for("ssh exited with error status 255; restarting ssh"));
    CHECK(wait_until([&] { return shell.log().ssh_pid() != ssh && shell.terminal().is_raw(); }));
    shell.enter("again");
    CHECK(shell.terminal().wait_for_text("remote got again."));

    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.shows_status(1));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("A session that the server ends comes back, also to somebody who is typing")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    const bool by_proxy = GENERATE(false, true);
    CAPTURE(by_proxy);
    Sshd sshd;
    if (by_proxy)
        go_through_proxy(sshd);
    Shell shell;
    shell.run(sshd, line_by_line);
    REQUIRE(shell.log().wait_for("]: up: "));
    const pid_t ssh = shell.log().ssh_pid();
    shell.enter("before");
    REQUIRE(shell.terminal().wait_for_text("remote got before."));

    sshd.signal_sessions(SIGKILL);
    REQUIRE(shell.terminal().wait_for_text("autossh: down after "));
    CHECK(wait_until([&] { return shell.log().ssh_pid() != ssh && shell.terminal().is_raw(); }));
    shell.enter("again");
    CHECK(shell.terminal().wait_for_text("remote got again."));
    CHECK_FALSE(shell.terminal().wait_for_text("autossh: up", std::chrono::milliseconds(1)));

    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.shows_status(1));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("The escape ~^Z suspends ssh and autossh and fg resumes both")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, line_by_line);
    const pid_t ssh = shell.log().ssh_pid();
    const pid_t autossh = shell.log().autossh_pid();

    for (int times = 1; times <= 2; ++times) {
        shell.terminal().type("\r~\x1a");
        CHECK(wait_until([&] { return state_of(autossh) == 'T' && state_of(ssh) == 'T'; }));
        // The prompt is back: the shell works.
        shell.enter(fmt::format("echo local turn $(({} + 0)).; jobs", times));
        CHECK(shell.terminal().wait_for_text(fmt::format("local turn {}.", times)));
        CHECK(shell.terminal().wait_for_text("Stopped"));

        shell.enter("fg");
        CHECK(wait_until([&] { return shell.terminal().foreground_group() == autossh; }));
        CHECK(wait_until([&] { return state_of(autossh) != 'T' && state_of(ssh) != 'T'; }));
        shell.enter(fmt::format("turn {}", times));
        CHECK(shell.terminal().wait_for_text(fmt::format("remote got turn {}.", times)));
    }

    shell.terminal().type("\x04");
    CHECK(shell.shows_status(0));
    CHECK(shell.log().count("starting ssh") == 1);
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

// At the shell's kill, ssh reaches for a terminal that it does not have, which stops the job again. Without
// autossh it is the same.
TEST_CASE("A suspended autossh that was killed ends at fg")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, line_by_line);
    const pid_t ssh = shell.log().ssh_pid();
    const pid_t autossh = shell.log().autossh_pid();
    shell.terminal().type("\r~\x1a");
    REQUIRE(wait_until([&] { return state_of(autossh) == 'T' && state_of(ssh) == 'T'; }));

    // ssh's stop may come behind the SIGCONT of the first fg.
    shell.enter("kill %1; fg; s=$?; [ $s -lt 128 ] || { fg; s=$?; }; (exit $s)");
    CHECK(shell.shows_status(1));
    INFO(shell.log().text());
    CHECK(state_of(ssh) == '-');
    // The shell's TERM goes to both, and either may come first.
    CHECK(shell.log().count("received signal to exit (15)") + shell.log().count("signalled to exit") == 1);
    CHECK(shell.log().count("starting ssh") == 1);
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}
