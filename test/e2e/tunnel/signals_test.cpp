// Manual, "Signals": every signal in every state, single and repeated.
#include "e2e/support/fake_session.hpp"
#include "e2e/support/listener.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <string>

using namespace autossh_test;

namespace {

constexpr int ending_signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGABRT};
constexpr int meaningless_signals[] = {SIGUSR2, SIGPIPE, SIGALRM, SIGCONT};

std::string received(int signal)
{
    return "received signal to exit (" + std::to_string(signal) + ")";
}

/// An ssh that dies at once, until autossh waits before the next start.
class Waiting : public FakeSession {
public:
    explicit Waiting(const Environment& changes = {}) : FakeSession("exit 255", changes)
    {
        start();
        REQUIRE(logged("sleeping for grace time 2 secs"));
        // Go on to a wait that no test outlasts.
        for (int i = 0; i < 12; ++i) {
            autossh().signal(SIGHUP);
            REQUIRE(started(7 + i));
            REQUIRE(logged("sleeping for grace time", 2 + i));
        }
    }
};

/// A test is in flight: our message has arrived at the echo service, which keeps quiet.
class Testing : public FakeSession {
public:
    explicit Testing(const std::string& script = "sleep")
        : FakeSession(script, {{"AUTOSSH_FIRST_POLL", "1ms"}, {"AUTOSSH_POLL", "600"}}),
          port_(free_port_pair()), far_end(port_)
    {
        start({"-M", std::to_string(port_) + ":7"});
        message = far_end.accept_line();
        REQUIRE(message.ends_with("\r\n"));
        REQUIRE(started(1));
    }

private:
    unsigned short port_;

public:
    Listener far_end;
    std::string message;
};

/// ssh has been told to end, for a restart, and does not.
class Ending : public FakeSession {
public:
    Ending() : FakeSession("record signals; ignore TERM; sleep", {{"AUTOSSH_KILLTIME", "1h"}})
    {
        start();
        REQUIRE(started(1));
        autossh().signal(SIGUSR1);
        REQUIRE(ssh_got(1, "TERM"));
    }
};

void check_gone(FakeSession& session, int code = 1)
{
    CHECK(session.autossh().wait_for_exit() == exited(code));
    CHECK(session.autossh().wait_until_nothing_left());
}

}  // namespace

TEST_CASE("Signals: TERM, INT, QUIT and ABRT end a running ssh and autossh", "[e2e]")
{
    for (const int signal : ending_signals) {
        CAPTURE(signal);
        FakeSession session("sleep");
        session.start();
        REQUIRE(session.started(1));
        session.autossh().signal(signal);
        check_gone(session);
        CHECK(session.logged(received(signal)));
        CHECK(session.starts() == 1);
    }
}

TEST_CASE("Signals: TERM ends a stopped ssh, which must be continued to obey", "[e2e]")
{
    FakeSession session("stop; sleep");
    session.start();
    REQUIRE(session.logged("ssh child pid is"));
    session.autossh().signal(SIGTERM);
    check_gone(session);
}

TEST_CASE("Signals: USR1 ends a running ssh and starts another, every time", "[e2e]")
{
    FakeSession session("sleep");
    session.start();
    for (int start = 1; start <= 5; ++start) {
        REQUIRE(session.started(start));
        session.autossh().signal(SIGUSR1);
        REQUIRE(session.logged("signalled to kill and restart ssh", start));
    }
    REQUIRE(session.started(6));
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.starts() == 6);
}

TEST_CASE("Signals: HUP, USR2, PIPE and ALRM leave a running ssh alone, also in a stream", "[e2e]")
{
    FakeSession session("sleep");
    session.start();
    REQUIRE(session.started(1));
    for (int round = 0; round < 50; ++round)
        for (const int signal : {SIGHUP, SIGUSR2, SIGPIPE, SIGALRM})
            session.autossh().signal(signal);
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.logged(received(SIGTERM)));
    CHECK(session.starts() == 1);
}

TEST_CASE("Signals: TERM, INT, QUIT and ABRT end autossh while it waits to start ssh", "[e2e]")
{
    for (const int signal : ending_signals) {
        CAPTURE(signal);
        Waiting session;
        const int starts = session.starts();
        session.autossh().signal(signal);
        check_gone(session);
        CHECK(session.logged("signalled to exit"));
        CHECK(session.starts() == starts);
    }
}

TEST_CASE("Signals: HUP and USR1 start ssh now while autossh waits", "[e2e]")
{
    for (const int signal : {SIGHUP, SIGUSR1}) {
        CAPTURE(signal);
        Waiting session;
        const int starts = session.starts();
        for (int more = 1; more <= 3; ++more) {
            const int waits = starts - 5 + more - 1;  // there is none before the first six starts
            REQUIRE(session.logged("sleeping for grace time", waits));
            session.autossh().signal(signal);
            REQUIRE(session.started(starts + more));
        }
        session.autossh().signal(SIGTERM);
        check_gone(session);
    }
}

TEST_CASE("Signals: USR2, PIPE, ALRM and CONT mean nothing while autossh waits", "[e2e]")
{
    Waiting session;
    const int starts = session.starts();
    for (int round = 0; round < 20; ++round)
        for (const int signal : meaningless_signals)
            session.autossh().signal(signal);
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.logged("signalled to exit"));
    CHECK(session.starts() == starts);
}

TEST_CASE("Signals: TERM, INT, QUIT and ABRT end autossh at once during a test", "[e2e]")
{
    for (const int signal : ending_signals) {
        CAPTURE(signal);
        Testing session;
        session.autossh().signal(signal);
        check_gone(session);
        CHECK(session.logged(received(signal)));
    }
}

TEST_CASE("Signals: USR1 restarts ssh at once during a test, and the test is forgotten", "[e2e]")
{
    Testing session;
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    CHECK(session.log().find("port down") == std::string::npos);
    const std::string next = session.far_end.accept_line();  // of the new ssh
    session.far_end.reply(next);
    CHECK(session.logged("connection ok"));
    session.autossh().signal(SIGTERM);
    check_gone(session);
}

TEST_CASE("Signals: HUP, USR2, PIPE, ALRM and a stop of ssh do not fail a test", "[e2e]")
{
    Testing session;
    for (int round = 0; round < 20; ++round)
        for (const int signal : {SIGHUP, SIGUSR2, SIGPIPE, SIGALRM})
            session.autossh().signal(signal);
    process_table::send(session.ssh_pid(), SIGSTOP);
    process_table::send(session.ssh_pid(), SIGCONT);
    session.far_end.reply(session.message);
    CHECK(session.logged("connection ok"));
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.starts() == 1);
}

TEST_CASE("Signals: the death of ssh during a test is handled at once", "[e2e]")
{
    Testing session;
    process_table::send(session.ssh_pid(), SIGKILL);
    CHECK(session.logged("ssh exited on signal 9, restarting ssh"));
    REQUIRE(session.started(2));
    CHECK(session.log().find("port down") == std::string::npos);
    session.autossh().signal(SIGTERM);
    check_gone(session);
}

TEST_CASE("Signals: a second TERM kills an ssh that does not obey", "[e2e]")
{
    FakeSession session("record signals; ignore TERM; sleep", {{"AUTOSSH_KILLTIME", "1h"}});
    session.start();
    REQUIRE(session.started(1));
    session.autossh().signal(SIGTERM);
    REQUIRE(session.ssh_got(1, "TERM"));
    session.autossh().signal(SIGTERM);
    check_gone(session);
}

TEST_CASE("Signals: ssh that does not obey is killed after the kill time", "[e2e]")
{
    FakeSession session("ignore TERM; sleep", {{"AUTOSSH_KILLTIME", "100ms"}});
    session.start();
    REQUIRE(session.started(1));
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.logged("has not ended within 100 ms of SIGTERM, sending SIGKILL"));
}

TEST_CASE("Signals: TERM while ssh is being ended for a restart ends autossh, a second one does it at once",
          "[e2e]")
{
    for (const int signal : ending_signals) {
        CAPTURE(signal);
        Ending session;
        session.autossh().signal(signal);
        session.autossh().signal(SIGUSR2);
        session.autossh().signal(signal == SIGINT ? SIGTERM : SIGINT);
        check_gone(session);
        CHECK(session.logged("received signal to exit ("));  // of two at once the system picks the first
        CHECK(session.starts() == 1);
    }
}

TEST_CASE("Signals: one TERM while ssh is being ended is enough when ssh ends by itself", "[e2e]")
{
    Ending session;
    session.autossh().signal(SIGTERM);
    process_table::send(session.ssh_pid(), SIGKILL);
    check_gone(session);
    CHECK(session.logged(received(SIGTERM)));
    CHECK(session.starts() == 1);
}

TEST_CASE("Signals: nothing but a stop disturbs the ending of ssh", "[e2e]")
{
    Ending session;
    for (int round = 0; round < 20; ++round)
        for (const int signal : {SIGUSR1, SIGHUP, SIGUSR2, SIGPIPE, SIGALRM})
            session.autossh().signal(signal);
    CHECK(session.starts() == 1);
    process_table::send(session.ssh_pid(), SIGKILL);
    REQUIRE(session.started(2));
    session.autossh().signal(SIGTERM);
    session.autossh().signal(SIGINT);
    check_gone(session);
}

TEST_CASE("Signals: ssh finds its signals as autossh found them, at the first and at later starts", "[e2e]")
{
    FakeSession session("record; sleep");
    session.start();
    REQUIRE(session.started(1));
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    session.autossh().signal(SIGTERM);
    check_gone(session);
    CHECK(session.state(1, "ignored") == session.state(2, "ignored"));
    CHECK(session.state(1, "blocked") == session.state(2, "blocked"));
}

TEST_CASE("Signals: a stop that reaches ssh first is a stop all the same", "[e2e]")
{
    for (const char* script : {"sleep", "record; sleep"}) {
        FakeSession session(script, {{"NOTIFY_SOCKET", "/nonexistent"}, {"AUTOSSH_GATETIME", "30"}});
        session.start();
        REQUIRE(session.started(1));
        session.autossh().signal(SIGSTOP);
        REQUIRE(wait_until([&] { return state_of(session.autossh().pid()) == 'T'; }));
        process_table::send(session.ssh_pid(), SIGTERM);
        session.autossh().signal(SIGTERM);
        session.autossh().signal(SIGCONT);
        check_gone(session, 0);
        INFO(session.log());
        CHECK(session.logged(received(SIGTERM)));
        CHECK(session.starts() == 1);
    }
}

TEST_CASE("Signals: a stop by a service manager is a success", "[e2e]")
{
    FakeSession session("sleep", {{"NOTIFY_SOCKET", "/nonexistent"}});
    session.start();
    REQUIRE(session.started(1));
    session.autossh().signal(SIGTERM);
    check_gone(session, 0);
}
