#pragma once

#include <functional>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

/// The one place where the test process reaps and where it looks at /proc. Everything a test starts
/// carries a mark in its environment, and orphans come back to the test process (child subreaper):
/// nothing gets lost. Because all children are reaped here, a test program that uses it must not
/// wait for children in another way.
namespace autossh_test::process_table {

/// The name of the marking variable. Its value is "TEST_PID.NUMBER.".
inline constexpr const char* mark_variable = "TEST_PROCESS_MARK";

struct Entry {
    pid_t pid = 0;
    pid_t parent = 0;
    std::string command;  ///< its words, separated by spaces
};

/// A mark nobody else has, now or later.
std::string new_mark();

/// Runs `fork_it` such that the pid it gives cannot be reaped unseen.
pid_t start(const std::function<pid_t()>& fork_it);

/// How the process ended, in the form of waitpid; nothing while it lives. Also for orphans.
std::optional<int> wait_status(pid_t pid);

/// Sends the signal, unless the process has been reaped already.
bool send(pid_t pid, int signal);

/// Everything alive that carries the mark, and all descendants of these and of `root`.
std::vector<Entry> family(const std::string& mark, pid_t root = 0);

/// Everything alive that this test process started, whoever started it in between.
std::vector<Entry> everything();

/// KILLs and reaps whatever `list` names, until it names nothing any more.
void kill_all(const std::function<std::vector<Entry>()>& list);

}  // namespace autossh_test::process_table
