// How far an ssh has come, by what the system shows of the process: no server has a say in that.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// As far as the process shows it.
enum class LoginProgress {
    unknown,       ///< not connected yet, another program, or another system than Linux
    before_login,  ///< OpenSSH's client, connected, and surely not past the log-in
    logged_in,
};

/// What /proc/PID shows, also of one that has ended and has not been waited for.
struct ProcessTraces {
    std::optional<std::uint64_t> caught_signals = std::nullopt;  ///< bit N - 1: signal N has a handler
    std::optional<std::uint64_t> bytes_written = std::nullopt;   ///< to whatever descriptor, ever
    bool ended = false;
};

ProcessTraces traces_of(pid_t process);

/// The fields of /proc/PID/status and /proc/PID/io. Pure.
ProcessTraces traces_in(std::string_view status, std::string_view io);

/// OpenSSH catches SIGCHLD from its connection on (ssh.c, main), and SIGWINCH and SIGTERM only in its loop
/// behind the log-in (clientloop.c, client_loop; the first as long as that runs). A question at the terminal
/// catches SIGTERM, too, while it waits. Pure; the process must be known to be OpenSSH's ssh.
LoginProgress progress_of(const ProcessTraces& traces);

/// Of an ssh that has ended before its log-in: whether it can have got so far as to be refused. Before the
/// key exchange it writes its version and a complaint. Pure.
bool may_have_been_refused(const ProcessTraces& traces);

}  // namespace autossh
