// How far an ssh has come, by what the system shows of the process: no server has a say in that.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// As far as the process shows it.
enum class LoginProgress {
    unknown,       ///< another program, or another system than Linux
    before_login,  ///< OpenSSH's client, and surely not past the log-in
    logged_in,
};

/// What /proc/PID shows, also of one that has ended and has not been waited for.
struct ProcessTraces {
    std::optional<std::uint64_t> caught_signals = std::nullopt;  ///< bit N - 1: signal N has a handler
    std::optional<std::uint64_t> bytes_written = std::nullopt;   ///< to whatever descriptor, ever
    std::optional<std::uint64_t> sleeps = std::nullopt;  ///< how often it has waited for something, ever
    bool ended = false;
};

ProcessTraces traces_of(pid_t process);

/// The fields of /proc/PID/status and /proc/PID/io. Pure.
ProcessTraces traces_in(std::string_view status, std::string_view io);

/// OpenSSH catches SIGWINCH only in its loop behind the log-in, and SIGTERM from there to its end
/// (clientloop.c, client_loop). A question at the terminal catches SIGTERM, too, but with SIGTTOU
/// (readpassphrase in openbsd-compat). Pure; the process must be known to be OpenSSH's client.
LoginProgress progress_of(const ProcessTraces& traces);

/// Of an ssh that has ended before its log-in: whether it can have got so far as to be refused, as it has
/// written so many bytes. Before the key exchange it writes its version and a complaint. Pure.
bool may_have_been_refused(const ProcessTraces& traces, std::uint64_t least);

}  // namespace autossh
