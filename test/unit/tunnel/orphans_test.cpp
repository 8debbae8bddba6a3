#include "autossh/tunnel/orphans.hpp"

#include "autossh/base/coroutine.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"

#include <cerrno>
#include <csignal>
#include <exception>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::generous;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;
using autossh_test::wait_until;

namespace {

pid_t run_script(const std::string& script)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
        ::_exit(127);
    }
    return pid;
}

bool is_there(pid_t pid)
{
    return ::kill(pid, 0) == 0;
}

bool is_subreaper()
{
    int set = 0;
    return ::prctl(PR_GET_CHILD_SUBREAPER, &set) == 0 && set != 0;
}

/// Orphans as a tunnel has them, with a shell script for ssh.
class Family {
public:
    explicit Family(Duration kill_time = 1h, bool shared = false, std::string mark = {},
                    Duration time_to_leave = 0ms)
        : shared_(shared)
    {
        LogSettings log;
        log.file = directory_ / "log";
        log_.configure(log);
        orphans.emplace(
            io_.get_executor(), reaper_,
            Orphans::Terms{.kill_time = kill_time, .mark = std::move(mark), .time_to_leave = time_to_leave},
            log_, [this] { event_.notify(); });
    }
    ~Family()
    {
        for (const pid_t pid : started_)
            ::kill(pid, SIGKILL);
        end_ssh();
        orphans.reset();
        while (::waitpid(-1, nullptr, 0) > 0)
            ;
    }

    /// `script` tells a pid with `note`.
    pid_t start_ssh(const std::string& script)
    {
        orphans->ssh_starts(shared_);
        ssh = run_script(with_note(script));
        registration_ = reaper_.add(ssh, [] {});
        orphans->ssh_runs(ssh);
        return noted();
    }
    pid_t start_stranger(const std::string& script)
    {
        started_.push_back(run_script(with_note(script)));
        return started_.back();
    }
    pid_t noted()
    {
        const std::string path = directory_ / "note";
        REQUIRE(wait_until([&] { return read_file(path).ends_with('\n'); }));
        const pid_t pid = std::stoi(read_file(path));
        std::filesystem::remove(path);
        started_.push_back(pid);
        return pid;
    }
    void end_ssh()
    {
        if (ssh == 0)
            return;
        ::kill(ssh, SIGKILL);
        ::waitpid(ssh, nullptr, 0);
        registration_.reset();
        ssh = 0;
        if (orphans)
            orphans->ssh_ended();
    }
    /// Lets events happen until it is so.
    bool until(const std::function<bool()>& is_so)
    {
        const Time deadline = Clock::now() + generous;
        while (!is_so() && Clock::now() < deadline) {
            io_.restart();
            io_.run_for(5ms);
        }
        return is_so();
    }
    bool gone(pid_t pid)
    {
        return until([&] { return !is_there(pid); });
    }
    void run_events()
    {
        io_.restart();
        io_.run_for(50ms);
    }
    /// Until the SIGCHLD of some stranger has been handled.
    void let_events_happen()
    {
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(0);
        REQUIRE(gone(child));
    }
    void finish(int& stops)
    {
        bool finished = false;
        boost::asio::co_spawn(io_, orphans->finish(event_, stops),
                              [&](const std::exception_ptr&) { finished = true; });
        event_.notify();
        REQUIRE(until([&] { return finished; }));
    }
    std::string file(const std::string& name) const { return directory_ / name; }
    std::string log() const { return read_file(directory_ / "log"); }
    // The name in its line may still be the shell's, which has not executed it yet.
    bool has_ended(pid_t pid) const
    {
        return log().find(fmt::format("]: ending {} (", pid)) != std::string::npos;
    }

    std::optional<Orphans> orphans;
    pid_t ssh = 0;

private:
    std::string with_note(const std::string& script) const
    {
        const std::string path = directory_ / "note";
        return fmt::format("note() {{ echo $1 >{0}.new; mv {0}.new {0}; }}; {1}", path, script);
    }

    TemporaryDirectory directory_;
    boost::asio::io_context io_{1};
    bool shared_;
    Reaper reaper_{io_.get_executor()};
    Reaper::Registration registration_;
    Log log_;
    Event event_{io_.get_executor()};
    std::vector<pid_t> started_;
};

constexpr const char* with_helper = "sleep 1000 & note $!; wait";
constexpr const char* with_stubborn_helper = "trap '' TERM; sleep 1000 & note $!; wait";

}  // namespace

TEST_CASE("Ending ssh: what a killed ssh has left behind is ended, also when it is stopped")
{
    for (const bool stopped : {false, true}) {
        Family family;
        const pid_t helper = family.start_ssh(with_helper);
        if (stopped)
            ::kill(helper, SIGSTOP);
        family.let_events_happen();
        CHECK(is_there(helper));
        family.end_ssh();
        CHECK(family.gone(helper));
        CHECK(family.has_ended(helper));
    }
}

TEST_CASE("Ending ssh: what is left behind by what ssh has left behind is ended too")
{
    Family family;
    const pid_t inner = family.start_ssh("sh -c 'sleep 1000 & echo $!; wait' >/dev/null & note $!; wait");
    const auto children = [&] { return read_file(fmt::format("/proc/{0}/task/{0}/children", inner)); };
    REQUIRE(wait_until([&] { return !children().empty(); }));
    const pid_t innermost = std::stoi(children());
    family.end_ssh();
    CHECK(family.gone(inner));
    CHECK(family.gone(innermost));
}

TEST_CASE("Ending ssh: what it has left behind is killed when it does not obey in time")
{
    Family family(50ms);
    const pid_t helper = family.start_ssh(with_stubborn_helper);
    family.end_ssh();
    CHECK(family.gone(helper));
    CHECK(family.log().find(") has not ended on SIGTERM, sending SIGKILL\n") != std::string::npos);
}

TEST_CASE("Ending ssh: what ends by itself when ssh is gone is not told, and what does not in time is")
{
    for (const Duration time_to_leave : {Duration(0ms), Duration(1h)}) {
        Family family(1h, false, "", time_to_leave);
        const pid_t helper = family.start_ssh(
            "(trap 'exit 0' TERM; note $(sh -c 'echo $PPID'); while :; do sleep 0.01; done) & wait");
        family.end_ssh();
        CHECK(family.gone(helper));
        CHECK(family.has_ended(helper) == (time_to_leave == 0ms));
    }
}

TEST_CASE("Ending ssh: the master of a shared connection outlives it")
{
    Family family(1ms, true);
    const pid_t helper = family.start_ssh(with_helper);
    family.end_ssh();
    family.let_events_happen();
    CHECK(is_there(helper));
    CHECK_FALSE(family.has_ended(helper));
}

TEST_CASE("Ending ssh: beside other tunnels, what has the mark of this one is ended and nothing else")
{
    Family family(1ms, false, "AUTOSSH_TUNNEL=1.2");
    const pid_t other = family.start_ssh("AUTOSSH_TUNNEL=1.20 sleep 1000 & note $!; wait");
    family.end_ssh();
    CHECK(is_there(other));
    const pid_t ours = family.start_ssh("AUTOSSH_TUNNEL=1.2 sleep 1000 & note $!; wait");
    // The shell gives it the mark by exec.
    REQUIRE(wait_until([ours] {
        return autossh_test::read_file(fmt::format("/proc/{}/environ", ours)).find("AUTOSSH_TUNNEL=1.2") !=
               std::string::npos;
    }));
    family.end_ssh();
    CHECK(family.gone(ours));
    CHECK(family.has_ended(ours));
    CHECK(is_there(other));
    CHECK_FALSE(family.has_ended(other));
}

TEST_CASE("Ending ssh: a daemon that it has started outlives it")
{
    Family family(1ms);
    const pid_t daemon = family.start_ssh("setsid sleep 1000 & note $!; wait");
    REQUIRE(wait_until([&] { return ::getsid(daemon) == daemon; }));
    family.end_ssh();
    family.let_events_happen();
    CHECK(is_there(daemon));
}

TEST_CASE("Ending ssh: a job from before autossh is left alone, and so is what it leaves")
{
    Family family(1ms);
    const pid_t idle = family.start_stranger("exec sleep 1000");
    const std::string go = family.file("go");
    const pid_t job = family.start_stranger(
        fmt::format("while [ ! -e {} ]; do sleep 0.01; done; sleep 1000 & note $!; wait", go));
    const pid_t helper = family.start_ssh(with_helper);
    autossh_test::write_file(go, "");  // what it starts now is younger than ssh
    const pid_t left_by_job = family.noted();
    ::kill(job, SIGKILL);
    REQUIRE(family.gone(job));

    family.end_ssh();
    CHECK(family.gone(helper));
    for (const pid_t pid : {idle, left_by_job}) {
        CHECK(is_there(pid));
        CHECK_FALSE(family.has_ended(pid));
    }
}

TEST_CASE("Ending ssh: no status is taken from whoever waits for a child")
{
    Family family;
    family.start_ssh("note 1");
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(family.ssh), &info, WEXITED | WNOWAIT) == 0);
    for (int i = 0; i < 3; ++i) {  // children of nobody, behind it in the system's list
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(0);
        REQUIRE(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) == 0);
    }
    family.run_events();
    int status = -1;
    CHECK(::waitpid(family.ssh, &status, 0) == family.ssh);
    CHECK(status == 0);
    family.end_ssh();
    CHECK(::waitpid(-1, nullptr, WNOHANG) < 0);  // now the others are gone
}

TEST_CASE("Ending ssh: a child that nobody waits for is reaped when it ends")
{
    Family family;
    family.start_ssh(with_helper);
    family.let_events_happen();
    family.start_stranger("(sleep 0.05 & note $!)");  // its parent ends at once
    const pid_t orphan = family.noted();
    CHECK(family.gone(orphan));
}

TEST_CASE("Ending ssh: autossh waits for what ends in time, and kills the rest")
{
    Family family(100ms);
    const pid_t helper = family.start_ssh(with_stubborn_helper);
    family.orphans->ssh_is_ending();
    family.end_ssh();
    int stops = 1;
    family.finish(stops);
    CHECK_FALSE(is_there(helper));
}

TEST_CASE("Ending ssh: a second stop kills at once what it has left behind")
{
    Family family(1h);
    const pid_t helper = family.start_ssh(with_stubborn_helper);
    family.end_ssh();
    int stops = 2;
    family.finish(stops);
    CHECK_FALSE(is_there(helper));
}

TEST_CASE("Ending ssh: with nothing left behind, nothing is waited for")
{
    Family family(1h);
    family.start_ssh("note 1; wait");
    family.end_ssh();
    int stops = 0;
    family.finish(stops);
    SUCCEED();
}

TEST_CASE("Ending ssh: whatever ends autossh, what is still being ended is killed")
{
    Family family(1h);
    const pid_t helper = family.start_ssh(with_stubborn_helper);
    family.end_ssh();
    family.orphans.reset();
    int status = 0;
    pid_t waited_for = -1;
    do
        waited_for = ::waitpid(helper, &status, 0);
    while (waited_for < 0 && errno == EINTR);  // the end of another child
    CHECK(waited_for == helper);
    CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("Ending ssh: orphans come to autossh as long as it lives, and to no child of it")
{
    const bool before = is_subreaper();
    {
        const Family family;
        CHECK(is_subreaper());
        const pid_t child = ::fork();
        if (child == 0)
            ::_exit(is_subreaper() ? 1 : 0);
        int status = -1;
        CHECK(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    CHECK(is_subreaper() == before);
}
#endif
