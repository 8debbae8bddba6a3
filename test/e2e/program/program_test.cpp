// The program from outside, with the stand-in for ssh: what no table of rules can show.
#include "e2e/support/fake_session.hpp"
#include "e2e/support/listener.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <atomic>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace autossh_test;

namespace {}  // namespace

TEST_CASE("Lifetime: it ends a wait for the next start", "[e2e]")
{
    FakeSession session("exit 255", {{"AUTOSSH_MAXLIFETIME", "2"}});
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(0));
    CHECK(session.logged("exceeded maximum time to live, shutting down"));
}

TEST_CASE("Lifetime: it ends a test in flight, whatever signals arrive", "[e2e]")
{
    const unsigned short port = free_port_pair();
    Listener silent(port);
    FakeSession session("sleep", {{"AUTOSSH_MAXLIFETIME", "1500ms"}, {"AUTOSSH_FIRST_POLL", "1ms"}});
    session.start({"-M", std::to_string(port) + ":7"});
    REQUIRE(!silent.accept_line().empty());
    CHECK(wait_until([&] {
        session.autossh().signal(SIGHUP);
        return session.autossh().exit_result().has_value();
    }));
    CHECK(session.autossh().exit_result() == exited(0));
    CHECK(session.logged("exceeded maximum time to live, shutting down"));
    CHECK(session.autossh().wait_until_nothing_left());
}

TEST_CASE("ssh gets what autossh had, and nothing of ours, at the first and at later starts", "[e2e]")
{
    FakeSession session("record; sleep", {{"SOME_VARIABLE", "kept"}});
    session.options.umask = 027;
    session.options.ignored_signals = {SIGHUP, SIGPIPE, SIGUSR2};
    session.options.blocked_signals = {SIGWINCH};
    session.start({"-M", std::to_string(free_port_pair())});
    REQUIRE(session.started(1));
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    for (const int start : {1, 2}) {
        CAPTURE(start);
        CHECK(session.state(start, "descriptors") == "0 1 2");
        CHECK(session.state(start, "stdin") == "/dev/null");
        CHECK(session.state(start, "umask") == "027");
        CHECK(session.state(start, "ignored") == "HUP USR2 PIPE");
        CHECK(session.state(start, "blocked") == "WINCH");
        CHECK(session.state(start, "parent") == std::to_string(session.autossh().pid()));
    }
    stop(session);
}

TEST_CASE("A stranger's connection never becomes a descriptor of ssh", "[e2e]")
{
    constexpr int rounds = 100;
    const unsigned short port = free_port_pair();
    Listener far_end(port);  // takes connections, so that tests stay in flight and strangers are accepted
    FakeSession session("record; sleep", {{"AUTOSSH_FIRST_POLL", "1ms"}, {"AUTOSSH_POLL", "20"}});
    session.start({"-M", std::to_string(port)});
    REQUIRE(session.started(1));
    std::atomic<bool> over = false;
    std::thread strangers([&] {
        while (!over) {
            close(connect_to(static_cast<unsigned short>(port + 1)));
            usleep(500);  // or they would fill the listener's queue, and hang
        }
    });
    for (int round = 1; round <= rounds; ++round) {
        session.autossh().signal(SIGUSR1);
        const bool started = wait_until([&] {
            session.autossh().signal(SIGHUP);  // do not wait
            return session.starts() > round;
        });
        if (!started)
            break;
    }
    over = true;
    strangers.join();
    CHECK(session.starts() > rounds);
    for (int start = 1; start <= rounds; ++start)
        CHECK(session.state(start, "descriptors") == "0 1 2");
    stop(session);
}

TEST_CASE("A log file never becomes a standard stream of ssh, though autossh had none", "[e2e]")
{
    FakeSession session("record; sleep");
    session.options.closed_descriptors = {0, 1, 2};
    session.start({"-M", std::to_string(free_port_pair())});
    REQUIRE(session.started(1));
    for (const char* stream : {"stdin", "stdout", "stderr"})
        CHECK(session.state(1, stream) == "closed");
    CHECK(session.state(1, "descriptors").empty());
    stop(session);
}

TEST_CASE("With --plain, an ssh that vanishes between two starts is an error, as in 1.4g", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string ssh = directory / "ssh";
    std::filesystem::copy_file(FAKE_SSH_PATH, ssh);
    FakeSession session("sleep", {{"AUTOSSH_PATH", ssh}, {"AUTOSSH_PLAIN", "yes"}});
    session.start();
    REQUIRE(session.started(1));
    std::filesystem::remove(ssh);
    process_table::send(session.ssh_pid(), SIGKILL);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.logged(ssh + ": No such file or directory"));
}

TEST_CASE("Start-up errors stand on stderr and in the log file", "[e2e]")
{
    const unsigned short port = free_port_pair();
    Listener other(static_cast<unsigned short>(port + 1));
    FakeSession session("sleep");
    session.start({"-M", std::to_string(port)});
    CHECK(session.autossh().wait_for_exit() == exited(1));
    const std::string message = "bind on 127.0.0.1:" + std::to_string(port + 1) + ": Address already in use";
    CHECK(session.log().find(message) != std::string::npos);
    CHECK(session.autossh().errors().find(message) != std::string::npos);
    CHECK(session.starts() == 0);
}

TEST_CASE("Start-up errors stand on stderr even when the log level hides them", "[e2e]")
{
    FakeSession session("sleep", {{"AUTOSSH_LOGLEVEL", "0"}, {"AUTOSSH_PIDFILE", "/nonexistent/pid"}});
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(1));
    const std::string message = "cannot open pid file \"/nonexistent/pid\": No such file or directory";
    CHECK(session.autossh().errors().find(message) != std::string::npos);
    CHECK(session.log().empty());
}

TEST_CASE("Pid file: a full disk is said and does not cost the tunnel, and no device is removed", "[e2e]")
{
    FakeSession session("sleep", {{"AUTOSSH_PIDFILE", "/dev/full"}});
    session.start();
    REQUIRE(session.started(1));
    CHECK(session.logged("write failed to pid file \"/dev/full\": No space left on device"));
    stop(session);
    CHECK(std::filesystem::exists("/dev/full"));
}

TEST_CASE("Pid file: a second autossh is refused while the first lives, and the first goes on", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    const Environment same_file{{"AUTOSSH_PIDFILE", pid_file}};
    const std::string port = std::to_string(free_port_pair());
    FakeSession first("sleep", same_file);
    first.start({"-M", port});
    REQUIRE(first.started(1));
    const std::string pid = std::to_string(first.autossh().pid());
    for (const auto& words : {std::vector<std::string>{"-M", port}, {"-M", port, "-f"}}) {
        CAPTURE(words);
        FakeSession second("sleep", same_file);
        second.start(words);
        CHECK(second.autossh().wait_for_exit() == exited(1));
        CHECK(second.log().ends_with("]: already running (pid " + pid + ")\n"));
        CHECK(second.autossh().errors().ends_with("]: already running (pid " + pid + ")\n"));
        CHECK(second.starts() == 0);
        CHECK(read_file(pid_file) == pid + "\n");
    }
    first.autossh().signal(SIGUSR1);
    CHECK(first.started(2));
    stop(first);
    CHECK_FALSE(std::filesystem::exists(pid_file));
}

TEST_CASE("Pid file: another tunnel with the same file runs without it, as an exported variable has it",
          "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    const Environment same_file{{"AUTOSSH_PIDFILE", pid_file}};
    FakeSession first("sleep", same_file);
    first.start({"-M", "0", "-L", "1:a:1"});
    REQUIRE(first.started(1));
    const std::string pid = std::to_string(first.autossh().pid());
    const std::string warning = "]: the pid file \"" + pid_file + "\" is in use by another autossh (pid " +
                                pid + ") with other arguments; going on without it\n";
    for (const bool by_option : {false, true}) {
        FakeSession second("sleep", by_option ? Environment() : same_file);
        std::vector<std::string> words{"-M", "0", "-L", "2:a:1"};
        if (by_option)
            words.insert(words.begin(), {"--pid-file", pid_file});
        second.start(words);
        REQUIRE(second.started(1));
        CHECK(second.logged(warning));
        CHECK(read_file(pid_file) == pid + "\n");
        stop(second);
        CHECK(read_file(pid_file) == pid + "\n");
    }
    stop(first);
    CHECK_FALSE(std::filesystem::exists(pid_file));
}

TEST_CASE("Pid file: one in the background holds it too", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    FakeSession first("sleep", {{"AUTOSSH_PIDFILE", pid_file}});
    first.start({"-M", "0", "-f"});
    REQUIRE(first.autossh().wait_for_exit() == exited(0));
    const std::string text = read_file(pid_file);

    FakeSession second("sleep", {{"AUTOSSH_PIDFILE", pid_file}});
    second.start();
    CHECK(second.autossh().wait_for_exit() == exited(1));
    CHECK(second.logged("already running (pid " + text.substr(0, text.find('\n')) + ")"));
    CHECK(read_file(pid_file) == text);
    process_table::send(std::stoi(text), SIGTERM);
    CHECK(first.autossh().wait_until_nothing_left());
    CHECK_FALSE(std::filesystem::exists(pid_file));
}

TEST_CASE("Pid file: one left by an autossh that was killed, or by somebody else, is replaced", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    FakeSession first("sleep", {{"AUTOSSH_PIDFILE", pid_file}});
    first.start();
    REQUIRE(first.started(1));
    first.autossh().signal(SIGKILL);
    CHECK(first.autossh().wait_until_nothing_left());
    REQUIRE(std::filesystem::exists(pid_file));

    for (const bool by_somebody_else : {false, true}) {
        CAPTURE(by_somebody_else);
        if (by_somebody_else)
            write_file(pid_file, std::to_string(getpid()) + "\n");  // who lives
        FakeSession second("sleep", {{"AUTOSSH_PIDFILE", pid_file}});
        second.start();
        REQUIRE(second.started(1));
        CHECK(read_file(pid_file) == std::to_string(second.autossh().pid()) + "\n");
        stop(second);
        CHECK_FALSE(std::filesystem::exists(pid_file));
    }
}

TEST_CASE("Log: a full disk does not cost the tunnel", "[e2e]")
{
    FakeSession session("sleep", {{"AUTOSSH_LOGFILE", "/dev/full"}});
    session.start();
    REQUIRE(session.started(1));
    stop(session);
}

TEST_CASE("Log: a reader of stderr that goes away does not end autossh", "[e2e]")
{
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    FakeSession session("sleep", {{"AUTOSSH_DEBUG", "1"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.options.errors = ends[1];
    session.start();
    close(ends[1]);
    REQUIRE(session.started(1));
    close(ends[0]);
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    stop(session);
}

TEST_CASE("Background: it outlives the terminal it was started from, also as its session's leader", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    FakeSession session("sleep", {{"AUTOSSH_PIDFILE", pid_file}});
    PseudoTerminal terminal;
    session.options.terminal = terminal.path();
    session.start({"-M", "0", "-f"});
    CHECK(session.autossh().wait_for_exit() == exited(0));
    terminal.hang_up();
    REQUIRE(session.started(1));
    const pid_t daemon = std::stoi(read_file(pid_file));
    process_table::send(daemon, SIGUSR1);
    REQUIRE(session.started(2));
    process_table::send(daemon, SIGTERM);
    CHECK(session.autossh().wait_until_nothing_left());
    CHECK_FALSE(std::filesystem::exists(pid_file));
}

TEST_CASE("SIGCHLD ignored by the caller takes no exit status away", "[e2e]")
{
    FakeSession foreground("exit 3");
    foreground.options.ignored_signals = {SIGCHLD};
    foreground.start();
    CHECK(foreground.autossh().wait_for_exit() == exited(1));
    CHECK(foreground.logged("ssh exited with status 3; autossh exiting"));

    FakeSession background("sleep", {{"AUTOSSH_PATH", "/nonexistent/ssh"}});
    background.options.ignored_signals = {SIGCHLD};
    background.start({"-M", "0", "-f"});
    CHECK(background.autossh().wait_for_exit() == exited(1));
    CHECK(background.autossh().errors().find("/nonexistent/ssh: No such file or directory") !=
          std::string::npos);
}

TEST_CASE("Service mode: it logs to stdout, adds -N and starts ssh again after a clean exit", "[e2e]")
{
    FakeSession session("exit 0", {{"AUTOSSH_NTSERVICE", "yes"}, {"AUTOSSH_MAXSTART", "3"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(0));
    CHECK(session.starts() == 3);
    CHECK(session.autossh().output().find("]: starting ssh (count 3 of 3)\n") != std::string::npos);
    CHECK(session.autossh().output().find("ssh exited with status 0") == std::string::npos);
    CHECK(session.arguments(1) == "\"-N\" \"host\"");
}
