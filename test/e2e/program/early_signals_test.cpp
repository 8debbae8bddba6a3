// Manual, "Signals": those that come while `ssh -V` is asked, before autossh has begun.
#include "e2e/support/secrets.hpp"
#include "e2e/support/terminal_login.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;

namespace {

/// An ssh that sends these signals to whoever asks for its version, and notes the masks that it is given.
Environment signalling_ssh(const Sshd& sshd, const std::string& signals)
{
    std::filesystem::create_directory(sshd.directory() / "bin");
    const std::string script = script_file(sshd, "bin/ssh",
                                           "grep -h SigBlk /proc/self/status >>\"$0.masks\"\n"
                                           "if [ \"$1\" = -V ]; then\n"
                                           "    for signal in " +
                                               signals +
                                               "; do kill -s $signal $PPID; done\n"
                                               "fi\n"
                                               "exec /usr/bin/ssh \"$@\"\n");
    return {{"AUTOSSH_PATH", script}, {"AUTOSSH_PLAIN", "no"}};
}

/// All that ssh was given, and ours, are those that autossh was started with: nothing is blocked.
void check_masks(const Sshd& sshd, pid_t ssh)
{
    const std::string none = "SigBlk:\t0000000000000000\n";
    const std::string masks = read_file(sshd.directory() / "bin/ssh.masks");
    REQUIRE(masks.size() >= 3 * none.size());  // -V, -G and the tunnel
    for (std::size_t at = 0; at < masks.size(); at += none.size())
        CHECK(masks.substr(at, none.size()) == none);
    CHECK(read_file(fmt::format("/proc/{}/status", ssh)).find(none) != std::string::npos);
}

}  // namespace

TEST_CASE("Signals: HUP, USR1, USR2 and ALRM do not end an autossh that asks ssh for its version")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = signalling_ssh(sshd, "HUP USR1 USR2 ALRM")});
    REQUIRE(tunnel.comes_up());
    INFO(tunnel.log().text());
    CHECK(tunnel.starts() == 1);
    check_masks(sshd, tunnel.log().ssh_pid());
    CHECK(tunnel.process().signal(SIGUSR1));
    CHECK(tunnel.log().wait_for("]: up again "));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Signals: INT, ignored at the start, ends autossh also while it asks ssh for its version")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    ProcessOptions how{.changes = signalling_ssh(sshd, "INT"), .ignored_signals = {SIGINT}};
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)}, how);
    CHECK(tunnel.process().wait_for_exit() == exited(1));
    CHECK(tunnel.log().count("]: signalled to exit\n") == 1);
    CHECK(tunnel.starts() == 0);
    check_nothing_left(sshd);
}

TEST_CASE("Signals: TERM and INT end an autossh that asks ssh for its version at once")
{
    SKIP_WITHOUT_SSHD();
    const std::string signal = GENERATE("TERM", "INT");
    Sshd sshd;
    use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = signalling_ssh(sshd, signal)});
    CHECK(tunnel.process().wait_for_exit() == killed_by(signal == "TERM" ? SIGTERM : SIGINT));
    CHECK(tunnel.starts() == 0);
    check_nothing_left(sshd);
}

TEST_CASE("Signals: the process in the foreground of -f blocks none")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right_secret);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"}, signalling_ssh(sshd, ""));
    REQUIRE(login.shows(question));
    const auto status = read_file(fmt::format("/proc/{}/status", login.process().job()));
    CHECK(status.find("SigBlk:\t0000000000000006\n") != std::string::npos);  // INT, QUIT: the question's
    CHECK(process_table::send(login.process().job(), SIGHUP));
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}
