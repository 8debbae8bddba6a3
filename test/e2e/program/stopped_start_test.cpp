// Manual, "Stopped ssh": one that was stopped before it has become ssh.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/process/forked.hpp"
#include "support/skip.hpp"

#include <csignal>
#include <string>

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

/// Stops the next child of a process between fork and exec.
class ChildStopper {
public:
    explicit ChildStopper(pid_t parent)
        : process_([parent](const Forked::Step& step) {
              const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;
              step(::ptrace(PTRACE_SEIZE, parent, nullptr, options) == 0 ? 's' : 'n');
              return stop_child_of(parent);
          }),
          may_trace_(process_.reached('s'))
    {}

    bool may_trace() const { return may_trace_; }
    void go_on() const { process_.go_on(); }
    bool has_stopped_one() const { return process_.wait_for_exit() == exited(0); }

private:
    static int stop_child_of(pid_t parent)
    {
        for (int status = 0;;) {
            if (::waitpid(parent, &status, __WALL) < 0 || !WIFSTOPPED(status))
                return 1;
            if (status >> 16 == PTRACE_EVENT_FORK || status >> 16 == PTRACE_EVENT_CLONE)
                break;
            const bool is_signal = status >> 16 == 0;
            ::ptrace(PTRACE_CONT, parent, nullptr, static_cast<long>(is_signal ? WSTOPSIG(status) : 0));
        }
        unsigned long child = 0;
        ::ptrace(PTRACE_GETEVENTMSG, parent, nullptr, &child);
        const auto pid = static_cast<pid_t>(child);
        if (::waitpid(pid, nullptr, __WALL) != pid || ::kill(pid, SIGSTOP) < 0)
            return 2;
        ::ptrace(PTRACE_DETACH, pid, nullptr, nullptr);
        ::ptrace(PTRACE_DETACH, parent, nullptr, nullptr);
        return 0;
    }

    Forked process_;
    bool may_trace_;
};

}  // namespace

TEST_CASE("Stopped ssh: one that is stopped before its exec does not keep autossh from ending", "[e2e]")
{
    FakeSession session("sleep");
    session.start();
    REQUIRE(session.started(1));
    const ChildStopper stopper(session.autossh().pid());
    SKIP_UNLESS(stopper.may_trace(), "no process may be traced here");
    stopper.go_on();
    session.autossh().signal(SIGUSR1);
    REQUIRE(stopper.has_stopped_one());
    REQUIRE(session.logged("]: starting ssh (count 2)\n"));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit(7s) ==
          exited(1));  // the kill time and a second, and a busy machine
    CHECK(session.autossh().wait_until_nothing_left());
    CHECK(session.logged("]: ssh child pid is ", 2));
}

TEST_CASE("Stopped ssh: one that was stopped before its exec becomes ssh when it goes on", "[e2e]")
{
    FakeSession session("sleep\nsleep\nsleep");
    session.start();
    REQUIRE(session.started(1));
    const ChildStopper stopper(session.autossh().pid());
    SKIP_UNLESS(stopper.may_trace(), "no process may be traced here");
    stopper.go_on();
    session.autossh().signal(SIGUSR1);
    REQUIRE(stopper.has_stopped_one());
    const std::string told = "]: ssh child pid is ";
    REQUIRE(session.logged(told, 2));  // it is not waited for any more
    const std::string log = session.log();
    const pid_t stopped = std::stoi(log.substr(log.rfind(told) + told.size()));
    REQUIRE(::kill(stopped, SIGCONT) == 0);
    REQUIRE(session.started(2));
    CHECK(session.ssh_pid() == stopped);

    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(3));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}
