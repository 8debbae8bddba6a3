// Manual, "Exit of ssh": --exit-on, and --restart with the real ssh.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "e2e/support/server.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

constexpr int refused = 12;
constexpr int timed_out = 13;
constexpr int host_key_unknown = 16;
constexpr int authentication_refused = 18;
constexpr int forward_refused = 21;
constexpr int local_port_in_use = 22;

/// autossh ends with that status after one start, by this line.
void check_gives_up(const Autossh& autossh, int status, const std::string& line)
{
    CHECK(autossh.process().wait_for_exit() == exited(status));
    INFO(autossh.log().text());
    CHECK(autossh.log().count("]: starting ssh (count ") == 1);
    CHECK(autossh.log().count("]: " + line + "\n") == 1);
    CHECK(autossh.log().count("]: gave up after ") == 1);
}

constexpr const char* ssh_has_ended = "ssh exited with status 255; autossh exiting";

Words with(Words words, const Words& more)
{
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words exit_on(const std::string& classes, const Words& options = {})
{
    return with(tunnel(options), {"--exit-on", classes});
}

}  // namespace

TEST_CASE("Exit on a class of failure: within the gate time and without one, by option and variable")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    for (const std::string gate : {"0", "30", ""}) {
        INFO("gate time: " << gate);
        check_gives_up(Autossh(sshd, exit_on("host-key-unknown,refused"), default_times(gate)), refused,
                       ssh_has_ended);
        Environment changes = default_times(gate);
        changes["AUTOSSH_EXITON"] = "Refused";
        check_gives_up(Autossh(sshd, tunnel({}), changes), refused, ssh_has_ended);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Exit on a class of failure: each has its own status")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("KbdInteractiveAuthentication no");
    const std::string known_hosts = read_file(sshd.directory() / "known_hosts");
    write_file(sshd.directory() / "known_hosts", "");
    check_gives_up(Autossh(sshd, exit_on("host-key-unknown")), host_key_unknown, ssh_has_ended);
    write_file(sshd.directory() / "known_hosts", known_hosts);
    use_identity(sshd, make_stranger(sshd));
    check_gives_up(Autossh(sshd, exit_on("authentication refused")), authentication_refused, ssh_has_ended);
    check_nothing_left(sshd);
}

TEST_CASE("Exit on a class of failure: also where autossh has ended ssh for it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server holder(Server::Manner::half_an_sshd);
    const std::string port = std::to_string(holder.port());
    check_gives_up(Autossh(sshd, exit_on("forward-refused", {"-o", "ExitOnForwardFailure=no", "-R",
                                                             "127.0.0.1:" + forwarding(holder.port(), 9)})),
                   forward_refused, "not restarted, as asked for \"forward refused\"; autossh exiting");
    check_gives_up(Autossh(sshd, exit_on("timed-out", {"-p", port}), {{"AUTOSSH_CONNECTTIMEOUT", "1"}}),
                   timed_out, "not restarted, as asked for \"timed out\"; autossh exiting");
    check_nothing_left(sshd);
}

TEST_CASE(
    "Exit on a class of failure: with ExitOnForwardFailure, that of the forward, with tests and without")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;  // its client configuration sets ExitOnForwardFailure
    const Server holder;
    const std::string forward = "127.0.0.1:" + forwarding(holder.port(), 9);
    const std::string classes = "forward-refused,local-port-in-use";
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Words options{"-M", monitor, "-N", "--exit-on", classes};
        check_gives_up(Autossh(sshd, with(options, {"-R", forward})), forward_refused, ssh_has_ended);
        check_gives_up(Autossh(sshd, with(options, {"-L", forward})), local_port_in_use, ssh_has_ended);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Exit on a class of failure: one that is not listed goes on")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, exit_on("authentication-refused"), default_times());
    REQUIRE(autossh.log().wait_for("]: ssh exited with error status 255; restarting ssh\n", 2));
    use_identity(sshd, make_stranger(sshd));
    sshd.configure_server("KbdInteractiveAuthentication no");
    CHECK(autossh.process().wait_for_exit() == exited(authentication_refused));
    CHECK(autossh.log().count(std::string("]: ") + ssh_has_ended) == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Restart always: a remote command is started again whatever its status is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string count = sshd.directory() / "count";
    // 3, then 0, then it stays.
    const std::string script = sshd.script(fmt::format("echo run >>{0}\n"
                                                       "case $(wc -l <{0}) in\n"
                                                       "1) exit 3 ;;\n"
                                                       "2) exit 0 ;;\n"
                                                       "esac\n"
                                                       "while echo; do sleep 0.2; done\n",
                                                       count));
    const Autossh autossh(sshd, {"-M", "0", "--restart", "always"}, default_times(""), {script});
    REQUIRE(wait_until([&] { return read_file(count) == "run\nrun\nrun\n"; }));
    CHECK(autossh.log().count("]: ssh exited with error status 3; restarting ssh\n") == 1);
    CHECK(autossh.log().count("]: ssh exited with status 0; restarting ssh\n") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Restart never: every end of ssh, and what autossh would end it for, ends autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Words never{"-M", "0", "--restart", "never"};
    CHECK(Autossh(sshd, never, {}, {"exit 0"}).process().wait_for_exit() == exited(0));
    check_gives_up(Autossh(sshd, never, {}, {"exit 3"}), 3, "ssh exited with status 3; autossh exiting");
    {
        const Autossh autossh(sshd, tunnel({"--restart", "never"}), default_times());
        REQUIRE(autossh.log().wait_for("]: up: "));
        autossh.process().signal(SIGUSR1);
        REQUIRE(autossh.log().wait_for("]: up again after "));
        sshd.signal_sessions(SIGKILL);
        CHECK(autossh.process().wait_for_exit() == exited(255));
        CHECK(autossh.log().count(std::string("]: ") + ssh_has_ended) == 1);
    }
    const Server silent(Server::Manner::half_an_sshd);
    check_gives_up(Autossh(sshd, tunnel({"--restart", "never", "-p", std::to_string(silent.port())}),
                           {{"AUTOSSH_CONNECTTIMEOUT", "1"}}),
                   255, "not restarted, as asked; autossh exiting");
    check_nothing_left(sshd);
}
