// Manual, "Gate time": what a first ssh that fails within it leads to.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "support/process/pseudo_terminal.hpp"

#include "support/machine/ports.hpp"

#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr const char* set_aside = "]: not giving up within the gate time, as time can cure this (refused)\n";
constexpr const char* given_up = "]: ssh exited prematurely with status 255; autossh exiting\n";

/// Without a terminal, or on that one, and without any time but the gate time.
ProcessOptions on(const std::string& terminal, const Sshd& sshd, const LogFile& log,
                  const std::string& gate = "")
{
    return {.arguments = command_line(sshd, tunnel({})),
            .changes = quick(log, default_times(gate)),
            .new_session = terminal.empty(),
            .terminal = terminal};
}

/// The words of ours, and of 1.4g where it is installed.
std::vector<std::vector<std::string>> both(const Sshd& sshd, const std::vector<std::string>& options,
                                           const std::vector<std::string>& command)
{
    std::vector<std::vector<std::string>> programs{command_line(sshd, options, command)};
    if (access(REFERENCE, X_OK) == 0) {
        programs.push_back(programs.front());
        programs.back().front() = REFERENCE;
    }
    return programs;
}

ProcessOptions without_terminal(std::vector<std::string> words, const LogFile& log)
{
    return {.arguments = std::move(words), .changes = quick(log, default_times("")), .new_session = true};
}

void check_given_up(const Process& autossh, const LogFile& log)
{
    CHECK(autossh.wait_for_exit() == exited(1));
    INFO(log.text());
    CHECK(log.count(given_up) == 1);
    CHECK(log.count("]: starting ssh (count ") == 1);
    CHECK(log.count("not giving up") == 0);
}

}  // namespace

TEST_CASE("Without a terminal a server that is not up yet is tried again within the default gate time")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const LogFile log;
    const Process autossh(on("", sshd, log));
    REQUIRE(log.wait_for(set_aside));
    REQUIRE(log.wait_for("; trying again in "));
    CHECK(log.count(set_aside) == 1);  // of the first start alone
    sshd.start();
    CHECK(log.wait_for("]: up: "));
    CHECK(log.count(given_up) == 0);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A gate time that was given holds for a server that is not up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const LogFile log;
    check_given_up(Process(on("", sshd, log, "30")), log);
    check_nothing_left(sshd);
}

TEST_CASE("With a terminal the default gate time holds for a server that is not up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const LogFile log;
    const PseudoTerminal terminal;
    check_given_up(Process(on(terminal.path(), sshd, log)), log);
    check_nothing_left(sshd);
}

TEST_CASE("Without a terminal the default gate time holds for what time does not cure")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, make_stranger(sshd));
    const LogFile log;
    check_given_up(Process(on("", sshd, log)), log);
    check_nothing_left(sshd);
}

TEST_CASE(
    "Under a service manager a refused log-in is no reason to end: each restart would be a first try again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, make_stranger(sshd));
    const LogFile log;
    ProcessOptions options = on("", sshd, log);
    options.changes["INVOCATION_ID"] = "0123456789abcdef0123456789abcdef";
    const Process autossh(options);
    REQUIRE(
        log.wait_for("]: not giving up within the gate time, as a service manager would repeat the refused "
                     "log-in without a wait (authentication refused)\n"));
    REQUIRE(log.wait_for("; trying again in 30 s\n"));
    CHECK(log.count(given_up) == 0);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Under a service manager the same goes for an ssh that is not heard, and shows that it was refused")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, make_stranger(sshd));
    for (const char* option : {"-q", "--plain"}) {
        CAPTURE(option);
        const LogFile log;
        ProcessOptions options = on("", sshd, log);
        options.arguments = command_line(sshd, tunnel({option}));
        options.changes["INVOCATION_ID"] = "0123456789abcdef0123456789abcdef";
        const Process autossh(options);
        REQUIRE(log.wait_for("]: sleeping for grace time 30 secs\n"));
        CHECK(log.count(given_up) == 0);
        autossh.signal(SIGTERM);
        CHECK(autossh.wait_for_exit() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Without a terminal a command whose first connection is cut is not run again, as with 1.4g")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const auto runs = sshd.directory() / "runs";
    for (const std::string end : {"sleep 60", "exit 255"})
        for (const auto& words :
             both(sshd, {"-M", "0"}, {fmt::format("echo run >>{}; {}", runs.string(), end)})) {
            CAPTURE(words);
            const LogFile log;
            const Process autossh(without_terminal(words, log));
            if (end != "exit 255") {
                REQUIRE(wait_until([&] { return read_file(runs) == "run\n"; }));
                sshd.signal_sessions(SIGKILL);
            }
            CHECK(autossh.wait_for_exit() == exited(1));
            CHECK(log.count(given_up) == 1);
            CHECK(read_file(runs) == "run\n");
            std::filesystem::remove(runs);
        }
    check_nothing_left(sshd);
}

TEST_CASE("Without a terminal a command whose server is not up yet is run when it is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const auto runs = sshd.directory() / "runs";
    const LogFile log;
    const Process autossh(without_terminal(
        command_line(sshd, {"-M", "0"}, {fmt::format("echo run >>{}", runs.string())}), log));
    REQUIRE(log.wait_for(set_aside));
    sshd.start();
    CHECK(autossh.wait_for_exit() == exited(0));
    CHECK(read_file(runs) == "run\n");
    check_nothing_left(sshd);
}

TEST_CASE(
    "Without a terminal a command that is cut is not run again, also where its server was not up at first")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const auto runs = sshd.directory() / "runs";
    const LogFile log;
    const Process autossh(without_terminal(
        command_line(sshd, {"-M", "0"}, {fmt::format("echo run >>{}; sleep 60", runs.string())}), log));
    REQUIRE(log.wait_for(set_aside));
    sshd.start();
    REQUIRE(wait_until([&] { return read_file(runs) == "run\n"; }));
    sshd.signal_sessions(SIGKILL);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(log.count(given_up) == 1);
    CHECK(read_file(runs) == "run\n");
    check_nothing_left(sshd);
}

TEST_CASE(
    "Without a terminal a forward that the server forbids ends autossh within the default gate time, as "
    "with 1.4g")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("PermitListen 1");
    const std::string forward = "127.0.0.1:" + forwarding(free_port_pair(), 9);
    for (const std::string monitor : {"0", "auto"})
        for (const auto& words :
             both(sshd, {"-M", monitor, "-N", "-R", forward, "-o", "ExitOnForwardFailure=yes"}, {})) {
            if (words.front() == REFERENCE && monitor != "0")
                continue;
            CAPTURE(words);
            const LogFile log;
            const Process autossh(without_terminal(words, log));
            CHECK(autossh.wait_for_exit() == exited(1));
            INFO(log.text());
            CHECK(log.count("]: starting ssh (count ") == 1);
            CHECK(log.count("not giving up") == 0);
        }
    check_nothing_left(sshd);
}

TEST_CASE("A command or a shell that ends within the default gate time is told as such, with what helps")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const bool shell : {false, true}) {
        const LogFile log;
        const std::vector<std::string> command(shell ? 0 : 1, "exit 3");
        const Process autossh(without_terminal(command_line(sshd, {"-M", "0"}, command), log));
        CHECK(autossh.wait_for_exit() == exited(1));
        INFO(log.text() << autossh.errors());
        const std::string cause =
            shell ? ": the shell on the server has ended (ssh exited 0)\n"
                  : ": the remote command has ended (ssh exited 3) within the gate time of "
                    "30 s; --restart never allows that, or AUTOSSH_GATETIME=0\n";
        CHECK(log.count(cause) == 1);
        CHECK(autossh.errors().ends_with(cause));
        CHECK(log.count(
                  "]: remedy: add -N for forwards alone: without it ssh runs a shell, and ends with it\n") ==
              (shell ? 1 : 0));
    }
    check_nothing_left(sshd);
}
