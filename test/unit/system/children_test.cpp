#include "autossh/system/children.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

std::string stat_line(pid_t pid, pid_t parent, char state = 'S', const std::string& name = "sleep")
{
    return fmt::format(
        "{} ({}) {} {} 20 30 34816 40 4194304 97 0 0 0 0 1 0 0 20 0 1 0 123456789 2949120 184\n", pid, name,
        state, parent);
}

/// A /proc with ourselves in it.
class Proc {
public:
    explicit Proc(pid_t self = ::getpid())
    {
        fs::create_directories(directory_ / "self/task" / std::to_string(self));
        write_file(directory_ / "self/stat", stat_line(self, 1));
        add(self, 1);
    }
    std::string path() const { return directory_.path().string(); }
    void add(pid_t pid, pid_t parent, char state = 'S') const
    {
        fs::create_directories(directory_ / std::to_string(pid));
        write_file(directory_ / std::to_string(pid) / "stat", stat_line(pid, parent, state));
    }
    /// What the kernel lists.
    void list(const std::string& children) const
    {
        write_file(directory_ / "self/task" / std::to_string(::getpid()) / "children", children);
    }
    std::vector<pid_t> children() const
    {
        std::vector<pid_t> pids;
        for (const ProcessStat& child : living_children({}, path()))
            pids.push_back(child.pid);
        std::ranges::sort(pids);
        return pids;
    }

private:
    TemporaryDirectory directory_;
};

using Pids = std::vector<pid_t>;

}  // namespace

TEST_CASE("Ending ssh: our living children are those that the kernel lists, or else are found among all")
{
    const Proc proc;
    proc.add(11, ::getpid());
    proc.add(12, ::getpid());
    proc.add(13, ::getpid(), 'Z');
    proc.add(14, 11);
    CHECK(proc.children() == Pids{11, 12});

    proc.list("");
    CHECK(proc.children().empty());
    proc.list("12 13 15 ");
    CHECK(proc.children() == Pids{12});
}

TEST_CASE("Ending ssh: a /proc that shows another pid namespace, or none, shows no children")
{
    const Proc other(::getpid() + 1);
    other.add(11, ::getpid());
    other.add(12, ::getpid() + 1);
    CHECK(other.children().empty());
    CHECK_FALSE(own_stat(other.path()));
    CHECK(living_children({}, "/nonexistent").empty());
}

#ifdef __linux__
TEST_CASE("Ending ssh: a real child is seen as the system sees it")
{
    const std::uint64_t before = clock_ticks();
    const pid_t child = ::fork();
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    const auto children = living_children();
    const auto found = std::ranges::find(children, child, &ProcessStat::pid);
    const std::uint64_t after = clock_ticks();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    REQUIRE(found != children.end());
    CHECK(found->group == ::getpgrp());
    CHECK(found->session == ::getsid(0));
    CHECK(found->started >= before);
    CHECK(found->started <= after);
    CHECK(own_stat()->started <= before);
}
#endif

TEST_CASE("Ending ssh: what ssh has left behind is told from a daemon, a stranger's child and the next ssh's")
{
    struct Row {
        const char* what;
        pid_t group;
        pid_t session;
        std::uint64_t started;
        bool alone;      ///< whether it is ended where nobody but ssh may leave us a child
        bool strangers;  ///< and where others may
    };
    constexpr pid_t ours = 20;
    constexpr pid_t other = 21;
    // ssh started at 100 and has ended, the next one at 200.
    constexpr Row rows[] = {
        {"a ProxyCommand", ours, ours, 100, true, true},
        {"a later one", ours, ours, 199, true, true},
        {"a job of the next ssh's", ours, ours, 200, false, false},
        {"with a group of its own", other, ours, 150, true, false},
        {"with a session of its own: a daemon", other, other, 150, false, false},
        {"of our group by chance", ours, other, 150, false, false},
        {"left by the ssh before", ours, ours, 99, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const ProcessStat child{11, "nc", 'S', 1, row.group, row.session, row.started};
        CHECK(is_left_behind(child, {ours, ours, false, 100, 200}) == row.alone);
        CHECK(is_left_behind(child, {ours, ours, true, 100, 200}) == row.strangers);
    }
    const ProcessStat late{11, "nc", 'S', 1, ours, ours, 300};
    CHECK(is_left_behind(late, {ours, ours, true, 100, std::nullopt}));
}
