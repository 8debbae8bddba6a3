// Manual, "What is added": a script around ssh, where no -M is given.
#include "e2e/support/secrets.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

Environment with_wrapper(const std::string& script)
{
    return {{"AUTOSSH_PATH", script}};
}

}  // namespace

TEST_CASE("Wrapper: a script that passes its arguments to ssh is watched as ssh is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string log = sshd.directory() / "calls";
    const std::string script = script_file(sshd, "logging", "echo \"$@\" >>" + log + "\nexec ssh \"$@\"\n");
    const Autossh autossh(sshd, {"-N"}, with_wrapper(script));
    REQUIRE(autossh.log().wait_for("]: up: the connection test came back in "));
    const pid_t ssh = autossh.log().ssh_pid();
    // The connection is dead, and nobody says so.
    sshd.signal_sessions(SIGSTOP);
    CHECK(autossh.ssh_after(ssh) != ssh);
    sshd.signal_sessions(SIGCONT);
    CHECK(autossh.log().wait_for("]: up again "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Wrapper: with -M it gets the words that 1.4g gives it, and is run once for each start")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string log = sshd.directory() / "calls";
    const std::string script = script_file(sshd, "logging", "echo \"$*\" >>" + log + "\nexec ssh \"$@\"\n");
    const Autossh autossh(sshd, {"-M", "0", "-N"}, with_wrapper(script));
    REQUIRE(wait_until([&] { return !sshd.session_processes().empty(); }));
    CHECK(read_file(log) == "-N -F " + sshd.client_config().string() + " server\n");
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "Wrapper: one that goes its own way is run once, and a warning says that nothing watches the tunnel")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string log = sshd.directory() / "calls";
    const std::string script =
        script_file(sshd, "tunnel",
                    "echo run >>" + log + "\nexec ssh -N -F " + sshd.client_config().string() + " server\n");
    const Autossh autossh(sshd, {"-N"}, with_wrapper(script));
    REQUIRE(wait_until([&] { return !sshd.session_processes().empty(); }));
    CHECK(read_file(log) == "run\n");
    CHECK(autossh.log().count(
              "]: no connection tests: " + script +
              " is not known to be OpenSSH's ssh; nothing watches this tunnel: -M PORT would, or "
              "-o ServerAliveInterval=15\n") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Wrapper: one that answers ssh's questions itself may")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const std::string answer = script_file(sshd, "answer", "cat " + secret_file(sshd, right_secret) + "\n");
    const std::string script = script_file(
        sshd, "answering", "export SSH_ASKPASS=" + answer + " SSH_ASKPASS_REQUIRE=force\nexec ssh \"$@\"\n");
    const Autossh autossh(sshd, {"-N"}, with_wrapper(script));
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
