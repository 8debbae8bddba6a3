#include "autossh/system/process_tree.hpp"

#include "support/catch.hpp"
#include "support/process/process.hpp"
#include "support/waiting.hpp"

#include <algorithm>
#include <csignal>

#include <unistd.h>

using namespace autossh;
using Pids = std::vector<pid_t>;

TEST_CASE("Processes: all below one are found from their parents, nearer ones first")
{
    const std::map<pid_t, pid_t> parents{{1, 0}, {2, 50}, {10, 1}, {20, 10}, {30, 10}, {50, 30}, {60, 1}};
    CHECK(below(10, parents) == Pids{20, 30, 50, 2});
    CHECK(below(20, parents).empty());
    CHECK(below(99, parents).empty());
    CHECK(below(10, {}).empty());
    CHECK(below(1, {{1, 2}, {2, 1}}) == Pids{2});  // read while pids changed hands
}

#ifdef __linux__
TEST_CASE("Processes: the descendants of a living one are found")
{
    // The first shell has a child; that has one of its own.
    const autossh_test::Process shell({.arguments = {"/bin/sh", "-c", "sh -c 'sleep 1000; :'; :"}});
    const auto found = [&] { return descendants_of(shell.pid()); };
    CHECK(autossh_test::wait_until([&] { return found().size() == 2; }));
    const Pids pids = found();
    REQUIRE(pids.size() == 2);
    CHECK(descendants_of(pids.front()) == Pids{pids.back()});
    CHECK(descendants_of(pids.back()).empty());
    const Pids ours = descendants_of(::getpid());
    CHECK(std::ranges::find(ours, pids.back()) != ours.end());
    for (const pid_t pid : pids)
        ::kill(pid, SIGKILL);
    CHECK(autossh_test::wait_until([&] { return descendants_of(shell.pid()).empty(); }));
}
#endif
