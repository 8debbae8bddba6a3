// autossh with children that it has not started: as a container's first process, or executed by a shell.
#include "e2e/support/autossh.hpp"
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <csignal>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

using namespace autossh_test;

namespace {

std::vector<std::string> new_pid_namespace()
{
    std::vector<std::string> words{"unshare", "--pid", "--fork", "--mount-proc"};
    if (getuid() != 0)
        words.insert(words.begin() + 1, {"--user", "--map-root-user"});
    return words;
}

bool can_have_pid_namespace()
{
    try {
        auto words = new_pid_namespace();
        words.emplace_back("true");
        const Process process({.arguments = words});
        return process.wait_for_exit() == exited(0);
    } catch (const std::system_error&) {  // no unshare(1)
        return false;
    }
}

#define SKIP_WITHOUT_PID_NAMESPACE()                                                                         \
    SKIP_UNLESS(can_have_pid_namespace(), "no pid namespace can be made here")

/// The process of the family whose command line begins with `words`, which may not have executed its program
/// yet.
process_table::Entry member(FakeSession& session, const std::string& words)
{
    process_table::Entry member;
    REQUIRE(wait_until([&] {
        for (const process_table::Entry& entry : session.autossh().family())
            if (entry.command.starts_with(words))
                member = entry;
        return member.pid != 0;
    }));
    return member;
}

/// Reaped, too: a zombie can be signalled.
bool gone(pid_t pid)
{
    return wait_until([pid] { return kill(pid, 0) != 0; });
}

/// Wraps autossh: a shell runs `script` and becomes autossh.
auto behind(const std::string& script, std::vector<std::string> wrapper = {})
{
    return [=](const std::vector<std::string>& arguments) {
        std::vector<std::string> words = wrapper;
        words.insert(words.end(), {"sh", "-c", script + "exec \"$@\"", "sh"});
        words.insert(words.end(), arguments.begin(), arguments.end());
        return words;
    };
}

/// autossh as the first process of a pid namespace.
class FirstProcess : public FakeSession {
public:
    explicit FirstProcess(const std::string& script, const std::string& before = "",
                          const Environment& changes = {},
                          const std::vector<std::string>& arguments = {"-M", "0"})
        : FakeSession(script, changes)
    {
        wrap = behind(before, new_pid_namespace());
        start(arguments);
        REQUIRE(started(1));
        const auto family = autossh().family();
        const auto first = std::ranges::find(family, autossh().pid(), &process_table::Entry::parent);
        REQUIRE(first != family.end());
        pid_ = first->pid;
    }
    pid_t pid() const { return pid_; }  ///< as seen from here

private:
    pid_t pid_ = 0;
};

}  // namespace

#ifdef __linux__
TEST_CASE("First process: TERM and INT end ssh and autossh", "[e2e]")
{
    SKIP_WITHOUT_PID_NAMESPACE();
    for (const int signal : {SIGTERM, SIGINT}) {
        FirstProcess session("sleep");
        REQUIRE(session.log().find("autossh[1]: ") != std::string::npos);
        process_table::send(session.pid(), signal);
        CHECK(session.autossh().wait_for_exit() == exited(1));
        CHECK(session.logged("received signal to exit (" + std::to_string(signal) + ")"));
        CHECK(session.autossh().wait_until_nothing_left());
    }
}

TEST_CASE("First process: -f is ignored, or the container would end", "[e2e]")
{
    SKIP_WITHOUT_PID_NAMESPACE();
    FirstProcess session("sleep", "", {}, {"-M", "0", "-f"});
    CHECK(session.logged("autossh[1]: -f is ignored: a container ends with its first process"));
    process_table::send(session.pid(), SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}

TEST_CASE("First process: HUP ends a wait, and an ssh that was killed is started again", "[e2e]")
{
    SKIP_WITHOUT_PID_NAMESPACE();
    FirstProcess session("die KILL", "", {{"AUTOSSH_POLL", "60000"}});
    REQUIRE(session.logged("sleeping for grace time 200 secs"));
    CHECK(session.logged("ssh exited on signal 9, restarting ssh"));
    const int starts = session.starts();
    process_table::send(session.pid(), SIGHUP);
    CHECK(session.started(starts + 1));
    REQUIRE(session.logged("sleeping for grace time", 2));
    process_table::send(session.pid(), SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}

TEST_CASE("First process: strangers are reaped when they end, and not ended", "[e2e]")
{
    SKIP_WITHOUT_PID_NAMESPACE();
    FirstProcess session("sleep", "sh -c 'sleep 1001 & sleep 1002 & wait' & ");
    const auto all_are_executed = [&] {  // and no copies of the shell any more
        const auto family = session.autossh().family();
        const auto runs = [&](const std::string& words) {
            return std::ranges::any_of(
                family, [&](const process_table::Entry& entry) { return entry.command.starts_with(words); });
        };
        return family.size() == 6 && runs("sleep 1001") && runs("sleep 1002") && runs(FAKE_SSH_PATH);
    };
    REQUIRE(wait_until(all_are_executed));
    const pid_t job = member(session, "sh -c sleep 1001").pid;
    const pid_t other = member(session, "sleep 1002").pid;
    process_table::send(job, SIGKILL);
    CHECK(gone(job));
    CHECK(member(session, "sleep 1002").parent == session.pid());

    process_table::send(other, SIGKILL);
    CHECK(gone(other));
    process_table::send(member(session, FAKE_SSH_PATH).pid, SIGKILL);
    CHECK(session.started(2));
    CHECK(member(session, "sleep 1001").parent == session.pid());
    CHECK(session.log().find("left behind by ssh") == std::string::npos);

    process_table::send(session.pid(), SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}

TEST_CASE("A job of the shell that has become autossh is left alone", "[e2e]")
{
    FakeSession session("sleep");
    session.wrap = behind("sleep 1000 & ");
    session.start();
    REQUIRE(session.started(1));
    const process_table::Entry job = member(session, "sleep 1000");
    CHECK(job.parent == session.autossh().pid());
    process_table::send(session.ssh_pid(), SIGKILL);
    REQUIRE(session.started(2));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.log().find("left behind by ssh") == std::string::npos);
    CHECK_FALSE(exit_of(job.pid));
    CHECK(session.autossh().family().size() == 1);
}
#endif
