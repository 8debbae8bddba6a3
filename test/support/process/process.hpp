#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/process_table.hpp"
#include "support/waiting.hpp"

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <sys/types.h>
#include <vector>

namespace autossh_test {

using Environment = std::map<std::string, std::string>;

/// Of the caller's environment only PATH, HOME, USER, LOGNAME, TMPDIR, TZ and what a sanitizer reads;
/// the locale is C. So nothing of the caller's (AUTOSSH_*, SSH_*, NOTIFY_SOCKET) leaks into a test.
Environment base_environment();

/// How a process ended: with an exit code or by a signal.
struct ExitResult {
    std::optional<int> code;
    std::optional<int> signal;
    bool operator==(const ExitResult&) const = default;
    std::string text() const;  ///< "exit 1", "signal 15"
};
inline std::ostream& operator<<(std::ostream& out, const ExitResult& result)
{
    return out << result.text();
}
inline ExitResult exited(int code)
{
    return {code, std::nullopt};
}
inline ExitResult killed_by(int signal)
{
    return {std::nullopt, signal};
}

struct ProcessOptions {
    std::vector<std::string> arguments = {};  ///< argv, the program's name first
    std::string program = {};                 ///< its path; empty: the first argument (looked up in PATH)
    std::optional<Environment> environment = std::nullopt;  ///< complete; without it base_environment()
    Environment changes = {};                               ///< added to either
    std::filesystem::path working_directory = {};
    bool new_session = false;
    std::vector<int> closed_descriptors = {};  ///< of 0, 1 and 2
    std::vector<int> kept_descriptors = {};    ///< besides 0, 1 and 2, under the same numbers
    std::vector<int> ignored_signals = {};     ///< all others start out default,
    std::vector<int> blocked_signals = {};     ///< and not blocked
    std::optional<int> input = std::nullopt;   ///< without it /dev/null
    std::optional<int> output = std::nullopt;  ///< without it a file, see Process::output()
    std::optional<int> errors = std::nullopt;
    std::optional<mode_t> umask = std::nullopt;
    /// Path of a pseudo terminal: becomes the controlling terminal of a new session, and 0, 1, 2.
    std::string terminal = {};
    /// With `terminal`: as a shell with job control starts a program. The Process is then the shell
    /// (see Process::job()): the program runs as its foreground job, in a process group of its own.
    /// When it stops, the shell takes the terminal back, prints "[stopped]" and waits for foreground().
    bool job_control = false;
};

/// A program that was started. The destructor kills it and everything it left behind.
class Process {
public:
    explicit Process(const ProcessOptions& options);
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    pid_t pid() const { return pid_; }
    pid_t job() const { return job_; }  ///< the program under job control
    bool signal(int number) const { return process_table::send(pid_, number); }
    void foreground() const;  ///< the shell's `fg`

    std::optional<ExitResult> exit_result() const;  ///< nothing while it runs
    std::optional<ExitResult> wait_for_exit(std::chrono::milliseconds deadline = generous) const;

    std::string output() const;  ///< its standard output so far
    std::string errors() const;

    /// What lives of it: itself, its descendants, also those that went into the background.
    std::vector<process_table::Entry> family() const;
    bool wait_until_nothing_left(std::chrono::milliseconds deadline = generous) const;

private:
    TemporaryDirectory directory_;
    std::string mark_;
    pid_t pid_ = 0;
    pid_t job_ = 0;
};

/// How any process under this test ended, also one whose parent has left it.
std::optional<ExitResult> exit_of(pid_t pid);

/// As /proc/PID/stat has it: 'T' is stopped. '-': it is gone.
char state_of(pid_t pid);

/// Everything alive that this test process has started, directly or not.
std::vector<process_table::Entry> living_processes();

}  // namespace autossh_test
