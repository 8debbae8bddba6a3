// Manual, "Service managers" and "--check", with the scripted ssh.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/machine/notify_listener.hpp"
#include "support/skip.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <sys/resource.h>

#include <fmt/core.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

std::string value_of(const std::string& message, const std::string& name)
{
    const std::size_t begin = message.find(name + "=");
    if (begin == std::string::npos)
        return "";
    const std::size_t from = begin + name.size() + 1;
    return message.substr(from, message.find('\n', from) - from);
}

/// What `autossh --check` prints, and its exit status.
struct Check {
    explicit Check(const std::vector<std::string>& target, const Environment& changes = {})
    {
        std::vector<std::string> arguments{tested_autossh(), "--check"};
        arguments.insert(arguments.end(), target.begin(), target.end());
        const Process process({.arguments = arguments, .changes = changes});
        result = process.wait_for_exit();
        line = process.output();
        errors = process.errors();
    }
    std::optional<ExitResult> result;
    std::string line;
    std::string errors;
};

}  // namespace

TEST_CASE("Service manager: a stop is told, and is no failure", "[e2e]")
{
    for (const bool abstract : {false, true}) {
        const NotifyListener listener(abstract);
        FakeSession session("sleep", {{"NOTIFY_SOCKET", listener.name()}});
        session.start();
        const std::string first = listener.next_with("STATUS=connecting for ");
        CHECK_FALSE(first.empty());
        CHECK(first.find("READY") == std::string::npos);
        REQUIRE(session.started(1));
        session.autossh().signal(SIGTERM);
        CHECK(session.autossh().wait_for_exit() == exited(0));
        CHECK_FALSE(listener.next_with("STOPPING=1").empty());
    }
}

TEST_CASE(
    "Service manager: a stop is no failure for the main process of a unit of any type, and for no other",
    "[e2e]")
{
    struct Row {
        const char* pid;  // as the shell that becomes autossh writes it
        int status;
    };
    for (const Row& row : {Row{"$$", 0}, Row{"$PPID", 1}, Row{"1", 1}, Row{"", 1}}) {
        CAPTURE(row.pid);
        FakeSession session("sleep");
        session.wrap = [&](std::vector<std::string> words) {
            const std::string become = fmt::format("export SYSTEMD_EXEC_PID={}; exec \"$@\"", row.pid);
            words.insert(words.begin(), {"/bin/sh", "-c", become, "sh"});
            return words;
        };
        session.start();
        REQUIRE(session.started(1));
        session.autossh().signal(SIGTERM);
        CHECK(session.autossh().wait_for_exit() == exited(row.status));
    }
}

TEST_CASE("Service manager: a mistake is told in a line, with an exit status of its own", "[e2e]")
{
    const NotifyListener listener;
    const std::vector<std::vector<std::string>> mistakes{{}, {"--pol", "5", "host"}, {"-M", "x", "host"}};
    for (const auto& words : mistakes) {
        std::vector<std::string> arguments{tested_autossh()};
        arguments.insert(arguments.end(), words.begin(), words.end());
        const Process service({.arguments = arguments, .changes = {{"NOTIFY_SOCKET", listener.name()}}});
        CHECK(service.wait_for_exit() == exited(2));
        const std::string said = service.errors();
        CHECK(std::count(said.begin(), said.end(), '\n') == 1);
        const Process by_hand({.arguments = arguments});
        CHECK(by_hand.wait_for_exit() == exited(1));
    }
}

TEST_CASE("Service manager: an end of our own is told, too", "[e2e]")
{
    const NotifyListener listener;
    FakeSession session("exit 1", {{"NOTIFY_SOCKET", listener.name()}, {"AUTOSSH_RESTART", "never"}});
    session.start();
    CHECK_FALSE(listener.next_with("STATUS=gave up: ").empty());
    CHECK(listener.next_with("STOPPING=1").starts_with("STATUS=gave up: "));
    CHECK(session.autossh().wait_for_exit() == exited(1));
}

TEST_CASE("Service manager: the watchdog hears of us without a free descriptor, too", "[e2e]")
{
    SKIP_UNLESS(!tested_autossh_has_address_sanitizer(), "UBSan needs a pipe of its own to look at a type");
    const NotifyListener listener;
    FakeSession session("sleep", {{"NOTIFY_SOCKET", listener.name()}, {"WATCHDOG_USEC", "200000"}});
    session.start();
    REQUIRE(session.started(1));
    const rlimit none{3, 3};
    REQUIRE(prlimit(session.autossh().pid(), RLIMIT_NOFILE, &none, nullptr) == 0);
    while (!listener.is_silent())
        listener.next();
    for (int times = 0; times < 3; ++times)
        CHECK_FALSE(listener.next_with("WATCHDOG=1").empty());
}

TEST_CASE("Service manager: the watchdog hears of us, but not while we are stopped", "[e2e]")
{
    const NotifyListener listener;
    FakeSession session("sleep", {{"NOTIFY_SOCKET", listener.name()}, {"WATCHDOG_USEC", "200000"}});
    session.start();
    REQUIRE(session.started(1));
    for (int times = 0; times < 3; ++times)
        CHECK_FALSE(listener.next_with("WATCHDOG=1").empty());
    session.autossh().signal(SIGSTOP);
    REQUIRE(wait_until([&] { return state_of(session.autossh().pid()) == 'T'; }));
    while (!listener.is_silent())
        listener.next();
    CHECK_FALSE(wait_until([&] { return !listener.is_silent(); }, std::chrono::seconds(1)));
    session.autossh().signal(SIGCONT);
    CHECK_FALSE(listener.next_with("WATCHDOG=1").empty());
}

TEST_CASE("Service manager: neither ssh nor what it starts gets the variables", "[e2e]")
{
    const NotifyListener listener;
    FakeSession session("sleep", {{"NOTIFY_SOCKET", listener.name()}, {"WATCHDOG_USEC", "60000000"}});
    session.start();
    REQUIRE(session.started(1));
    const std::string environment = read_file("/proc/" + std::to_string(session.ssh_pid()) + "/environ");
    REQUIRE(environment.find("PATH=") != std::string::npos);
    CHECK(environment.find("NOTIFY_SOCKET=") == std::string::npos);
    CHECK(environment.find("WATCHDOG_") == std::string::npos);
}

TEST_CASE("Service manager: with -f, the daemon is told to be the main process before the command returns",
          "[e2e]")
{
    const NotifyListener listener;
    FakeSession session("sleep", {{"NOTIFY_SOCKET", listener.name()}});
    session.start({"-M", "0", "-f"});
    REQUIRE(session.autossh().wait_for_exit() == exited(0));
    const std::string pid = value_of(listener.next_with("MAINPID="), "MAINPID");
    REQUIRE_FALSE(pid.empty());
    CHECK(session.logged("autossh[" + pid + "]: ssh child pid is"));
    CHECK_FALSE(listener.next_with("STATUS=connecting").empty());
    process_table::send(std::stoi(pid), SIGTERM);
    CHECK(session.autossh().wait_until_nothing_left());
}

TEST_CASE("Check: tells the state of the supervisor that runs", "[e2e]")
{
    const TemporaryDirectory place;
    const Environment here{{"XDG_RUNTIME_DIR", place.path()}};
    const std::string pid_file = place / "pid";
    const std::string name = "tunnel-" + std::to_string(getpid());
    FakeSession session(
        "sleep", {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_PIDFILE", pid_file}, {"AUTOSSH_NAME", name}});
    session.start();
    REQUIRE(session.started(1));
    // ssh runs a little before there is something to ask.
    REQUIRE(wait_until([&] { return Check({name}, here).result == exited(1); }));
    for (const std::vector<std::string>& target :
         {std::vector<std::string>{name}, {"--pid-file", pid_file}}) {
        const Check check(target, here);
        CHECK(check.line.starts_with(name + ": connecting for "));
        CHECK(check.line.ends_with("\n"));
        CHECK(check.result == exited(1));
        CHECK(check.errors.empty());
    }
    CHECK(Check({}, {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_NAME", name}}).result == exited(1));
    CHECK(Check({}, {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_PIDFILE", pid_file}}).result == exited(1));
    const TemporaryDirectory elsewhere;
    CHECK(Check({"--pid-file", pid_file}, {{"XDG_RUNTIME_DIR", elsewhere.path()}}).result == exited(1));

    session.autossh().signal(SIGSTOP);
    REQUIRE(wait_until([&] { return state_of(session.autossh().pid()) == 'T'; }));
    const Check stopped({"--pid-file", pid_file}, here);
    CHECK(stopped.line.find("does not answer: is it stopped?") != std::string::npos);
    CHECK(stopped.result == exited(2));

    session.autossh().signal(SIGKILL);
    REQUIRE(session.autossh().wait_for_exit());
    const Check dead({"--pid-file", pid_file}, here);
    CHECK(dead.line.starts_with("not running: "));
    CHECK(dead.result == exited(2));
}

TEST_CASE("Check: by name, one that is stopped and two that have it are told as such", "[e2e]")
{
    const TemporaryDirectory place;
    const Environment here{{"XDG_RUNTIME_DIR", place.path()}};
    const std::string name = "twin-" + std::to_string(getpid());
    FakeSession first("sleep", {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_NAME", name}});
    first.start();
    REQUIRE(first.started(1));
    {
        FakeSession second("sleep", {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_NAME", name}});
        second.start();
        REQUIRE(second.started(1));
        const std::string both = "2 of the name \"" + name + "\" are running (pids ";
        REQUIRE(wait_until([&] { return Check({name}, here).line.starts_with(both); }));  // ssh comes first
        const Check twins({name}, here);
        CHECK(twins.line.starts_with(both));
        CHECK(twins.result == exited(2));
    }
    first.autossh().signal(SIGSTOP);
    REQUIRE(wait_until([&] { return state_of(first.autossh().pid()) == 'T'; }));
    const Check stopped({name}, here);
    CHECK(stopped.line.find("an autossh that does not answer may be it: pid ") != std::string::npos);
    CHECK(stopped.line.find(std::to_string(first.autossh().pid())) != std::string::npos);
    CHECK(stopped.result == exited(2));
    first.autossh().signal(SIGCONT);
}

TEST_CASE("Check: finds the supervisor again when somebody has removed its directory", "[e2e]")
{
    const TemporaryDirectory place;
    const std::string name = "moved-" + std::to_string(getpid());
    FakeSession session("sleep", {{"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_NAME", name}});
    session.start();
    REQUIRE(session.started(1));
    const auto is_found = [&] {
        return Check({name}, {{"XDG_RUNTIME_DIR", place.path()}}).line.starts_with(name + ": ");
    };
    REQUIRE(wait_until(is_found));  // the first ssh is not held up
    std::filesystem::remove_all(std::filesystem::directory_iterator(place.path())->path());
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    CHECK(wait_until(is_found));
}

TEST_CASE("Check: has no side effects, and a mistake in it is not taken for a state", "[e2e]")
{
    const TemporaryDirectory place;
    const Environment here{
        {"XDG_RUNTIME_DIR", place.path()}, {"AUTOSSH_LOGFILE", place / "log"}, {"AUTOSSH_POLL", "junk"}};
    // One of another test may be stopped just now, and be told of.
    CHECK(Check({"no-such-tunnel"}, here)
              .line.starts_with("not running: no autossh of the name \"no-such-tunnel\" answers"));
    const Check wrong({"-N", "host"}, here);
    CHECK(wrong.result == exited(2));
    CHECK(wrong.errors == "autossh: option -N does not go with --check\n");
    CHECK(wrong.line.empty());
    CHECK(std::filesystem::is_empty(place.path()));
    const Process late({.arguments = {tested_autossh(), "-N", "--check", "host"}});
    CHECK(late.wait_for_exit() == exited(1));
    CHECK(late.errors().find("option --check must be the first argument") != std::string::npos);
}
