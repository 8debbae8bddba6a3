// Manual, "Giving up" and "Gate time": no end without a word, and none where nobody can be asked and time may
// cure the cause.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "e2e/support/server.hpp"
#include "support/occurrences.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

constexpr const char* no_reason = "]: not giving up within the gate time, as time can cure this (";

/// As cron and boot scripts start it: no terminal, and no time is given.
ProcessOptions unattended(const Sshd& sshd, const LogFile& log, const std::vector<std::string>& options)
{
    return {.arguments = command_line(sshd, tunnel(options)),
            .changes = quick(log, default_times("")),
            .new_session = true};
}

/// It goes on, with that class, until it is told to end; then it has said nothing of its own on stderr.
void check_goes_on(const ProcessOptions& options, const LogFile& log, const std::string& failure,
                   const std::string& next = "]: starting ssh (count 2)\n")
{
    const Process autossh(options);
    CHECK(log.wait_for(no_reason + failure + ")\n"));
    CHECK(log.wait_for(next));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    INFO(log.text());
    CHECK(log.count("autossh exiting") == 0);
    CHECK(occurrences(autossh.errors(), "autossh") == 0);
}

}  // namespace

TEST_CASE("Gate time: unattended, a server that closes or resets the first connection is tried again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const auto manner : {Server::Manner::closes, Server::Manner::resets}) {
        const Server server(manner);
        sshd.configure_client("Port " + std::to_string(server.port()));
        const LogFile log;
        check_goes_on(unattended(sshd, log, {}), log, "connection lost");
    }
    check_nothing_left(sshd);
}

TEST_CASE("Gate time: unattended, a first session that is lost is made again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const LogFile log;
    const Process autossh(unattended(sshd, log, {}));
    REQUIRE(log.wait_for("]: up: "));
    sshd.signal_sessions(SIGKILL);
    CHECK(log.wait_for(std::string(no_reason) + "connection lost)\n"));
    CHECK(log.wait_for("]: up again after "));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Gate time: unattended, a forward that is refused at first is asked for again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const std::string port : {"0", "auto"}) {
        INFO("-M " << port);
        const Server holder;
        const std::string forward = "127.0.0.1:" + forwarding(holder.port(), 9);
        const auto options_for = [&](const LogFile& log, const std::string& option) {
            ProcessOptions options =
                unattended(sshd, log, {option, forward, "-o", "ExitOnForwardFailure=yes"});
            options.arguments.at(2) = port;
            return options;
        };
        const LogFile remote;
        check_goes_on(options_for(remote, "-R"), remote, "forward refused");
        const LogFile local;
        check_goes_on(options_for(local, "-L"), local, "local port in use",
                      "; trying again when it is free, or in ");
    }
    check_nothing_left(sshd);
}

TEST_CASE("Giving up: what time does not cure ends autossh with a line on standard error, where it is a file")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, make_stranger(sshd));
    const LogFile log;
    ProcessOptions options = unattended(sshd, log, {});
    const Process autossh(options);
    CHECK(autossh.wait_for_exit() == exited(1));
    const std::string line = "autossh: gave up after " + line_after(log, "]: gave up after ") + "\n";
    CHECK(autossh.errors().ends_with(line));
    CHECK(occurrences(autossh.errors(), "autossh: ") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Giving up: a bad option, with the log in syslog, is told once on standard error")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const LogFile log;
    ProcessOptions options = unattended(sshd, log, {"-o", "NoSuchOption=1"});
    options.changes.erase("AUTOSSH_LOGFILE");
    options.changes.erase("AUTOSSH_LOGLEVEL");
    const Process autossh(options);
    CHECK(autossh.wait_for_exit() == exited(1));
    INFO(autossh.errors());
    CHECK(occurrences(autossh.errors(), "autossh: gave up after ") == 1);
    CHECK(occurrences(autossh.errors(), "autossh") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Giving up: standard error is told that somebody else has ended ssh, which ends autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));
    process_table::send(autossh.log().ssh_pid(), SIGTERM);
    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(occurrences(autossh.process().errors(), "autossh: ssh was ended from outside, ") == 1);
    check_nothing_left(sshd);
}
