#pragma once

#include <sys/types.h>
#include <vector>

/// What happens between fork and exec, with everything prepared before the fork: other threads of
/// the test may hold any lock then, so that only async-signal-safe calls are allowed there.
namespace autossh_test {

struct Launch {
    const char* program = nullptr;
    char* const* arguments = nullptr;
    char* const* environment = nullptr;
    const char* working_directory = nullptr;
    const char* terminal = nullptr;
    bool new_session = false;
    bool job_control = false;
    const mode_t* umask = nullptr;
    int streams[3] = {-1, -1, -1};
    std::vector<int> closed_descriptors;
    std::vector<int> kept_descriptors;
    std::vector<int> ignored_signals;
    std::vector<int> blocked_signals;
};

/// What the child reports through the status pipe: its job's pid, or why it could not start.
struct LaunchReport {
    int error = 0;
    pid_t job = 0;
};

[[noreturn]] void run_launched(const Launch& launch, int status_pipe);

}  // namespace autossh_test
