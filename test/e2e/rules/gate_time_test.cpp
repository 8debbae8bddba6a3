// Manual, "Gate time": what a first ssh that fails within it leads to.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <csignal>

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
