// What a process shows of its log-in.
#include "autossh/system/child.hpp"
#include "autossh/system/login_progress.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <string>

#include <boost/asio/io_context.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;

namespace {

// Of OpenSSH 9.2: before its connection, in its log-in, in its loop, after it, and refused.
const std::string not_connected =
    "Name:\tssh\nState:\tS (sleeping)\nSigIgn:\t0000000000001000\nSigCgt:\t0000000000000000\n";
const std::string in_login = "State:\tS (sleeping)\nSigCgt:\t0000000000010000\n";
const std::string at_password = "State:\tS (sleeping)\nSigCgt:\t0000000000714007\n";
// ssh_askpass() in readpass.c: while the program runs, SIGCHLD is not caught.
const std::string in_askpass = "State:\tS (sleeping)\nSigCgt:\t0000000000000000\n";
const std::string ended_in_askpass = "State:\tZ (zombie)\nSigCgt:\t0000000000000000\n";
const std::string killed_at_password = "State:\tZ (zombie)\nSigCgt:\t0000000000714007\n";
const std::string in_loop = "State:\tS (sleeping)\nSigCgt:\t0000000008014007\n";
const std::string ended_in_order = "State:\tZ (zombie)\nSigCgt:\t0000000000014007\n";
const std::string refused = "State:\tZ (zombie)\nSigCgt:\t0000000000010000\n";
const std::string never_connected = "State:\tZ (zombie)\nSigCgt:\t0000000000000000\n";

LoginProgress progress(const std::string& status)
{
    return progress_of(traces_in(status, ""));
}

}  // namespace

TEST_CASE("Log-in: the handlers of a signal tell how far ssh has come")
{
    CHECK(progress(not_connected) == LoginProgress::before_login);
    CHECK(progress(in_login) == LoginProgress::before_login);
    CHECK(progress(at_password) == LoginProgress::before_login);
    CHECK(progress(in_loop) == LoginProgress::logged_in);
    CHECK(progress(ended_in_order) == LoginProgress::logged_in);
    CHECK(progress(in_askpass) == LoginProgress::before_login);
    CHECK(progress(ended_in_askpass) == LoginProgress::before_login);
    CHECK(progress(killed_at_password) == LoginProgress::before_login);
    CHECK(progress(refused) == LoginProgress::before_login);
    CHECK(progress(never_connected) == LoginProgress::before_login);
    for (const char* const junk : {"", "SigCgt:", "SigCgt: x", "SigCgt:\t00000000080140070000000000"})
        CHECK(progress(junk) == LoginProgress::unknown);
}

TEST_CASE("Log-in: one that never came to the key exchange was not refused")
{
    CHECK(may_have_been_refused(traces_in(refused, "rchar: 39241\nwchar: 3330\n"), 1024));
    CHECK(may_have_been_refused(traces_in(refused, ""), 1024));  // the system does not tell
    CHECK_FALSE(may_have_been_refused(traces_in(never_connected, "rchar: 39241\nwchar: 62\n"), 1024));
    CHECK_FALSE(may_have_been_refused(traces_in(ended_in_order, "wchar: 33300\n"), 1024));
}

TEST_CASE("Log-in: the traces of a child are kept over its end where they are wanted")
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    const InheritedSignals inherited;
    for (const bool are_wanted : {true, false}) {
        Child child({io.get_executor(), inherited, reaper}, {.file = "/bin/true", .arguments = {"true"}},
                    [] {});
        child.keep_traces(are_wanted);
        REQUIRE(autossh_test::wait_until([&] { return child.status().has_value(); }));
        CHECK(child.status() == ExitStatus::exited(0));
        SKIP_UNLESS(traces_of(::getpid()).caught_signals, "there is no /proc here");
        CHECK(child.traces().ended == are_wanted);
        CHECK(child.traces().caught_signals.has_value() == are_wanted);
    }
}

TEST_CASE("Log-in: the traces of a process, alive or not waited for")
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGTERM, SIG_DFL);  // the tests' own program catches it
        ::signal(SIGCHLD, [](int) {});
        ::_exit(0);
    }
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
    const ProcessTraces traces = traces_of(child);
    ::waitpid(child, nullptr, 0);
    SKIP_UNLESS(traces.caught_signals, "there is no /proc here");
    CHECK(traces.ended);
    CHECK(progress_of(traces) == LoginProgress::before_login);
    CHECK_FALSE(traces_of(::getpid()).ended);
    const auto sleeps = traces_of(::getpid()).sleeps;
    ::usleep(1000);
    CHECK(traces_of(::getpid()).sleeps > sleeps);
}
