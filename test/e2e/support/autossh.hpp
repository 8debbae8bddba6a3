#pragma once

#include "e2e/support/sshd.hpp"
#include "support/catch.hpp"
#include "support/process/process.hpp"
#include "support/skip.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

/// Where there is no sshd these tests mean nothing.
#define SKIP_WITHOUT_SSHD() SKIP_UNLESS(autossh_test::Sshd::is_installed(), "sshd is not installed")

#define SKIP_WITHOUT_REMOTE_TERMINAL()                                                                       \
    SKIP_WITHOUT_SSHD();                                                                                     \
    SKIP_UNLESS(autossh_test::Sshd::can_give_terminals(),                                                    \
                "an sshd run by an ordinary user cannot give terminals here (/dev/pts without gid=tty)")

namespace autossh_test {

/// The log that an autossh writes, at level 7.
class LogFile {
public:
    std::filesystem::path path() const { return directory_ / "log"; }
    std::string text() const { return read_file(path()); }
    int count(const std::string& words) const;
    /// Until the words stand in it that often.
    bool wait_for(const std::string& words, int times = 1,
                  std::chrono::milliseconds deadline = generous) const;

    pid_t ssh_pid() const;      ///< the last one started
    pid_t autossh_pid() const;  ///< the last one that wrote

private:
    TemporaryDirectory directory_;
};

/// A remote command that ends with its connection, though nothing is typed.
inline constexpr const char* as_long_as_connected =
    "while grep -q ^sshd /proc/$PPID/comm; do sleep 0.1; done";

/// autossh's variables as most tests want them: an ssh that fails at once is worth a restart, and the
/// heartbeat is quick. `changes` win; one that is empty takes the variable away.
Environment quick(const LogFile& log, const Environment& changes = {});

/// Changes for quick(): no time is given, but for the gate time `gate`.
Environment default_times(const std::string& gate = "0");

/// Our autossh: options, "-F CONFIG server", the remote command.
std::vector<std::string> command_line(const Sshd& sshd, const std::vector<std::string>& options,
                                      const std::vector<std::string>& remote_command = {});

/// An autossh that runs, with its log.
class Autossh {
public:
    Autossh(const Sshd& sshd, const std::vector<std::string>& options, const Environment& changes = {},
            const std::vector<std::string>& remote_command = {});

    const LogFile& log() const { return log_; }
    const Process& process() const { return process_; }

    /// Waits for another start of ssh than that of `pid`, and gives its pid.
    pid_t ssh_after(pid_t pid) const;
    /// Ends it with TERM.
    std::optional<ExitResult> end() const;

private:
    LogFile log_;
    Process process_;
};

/// "P:127.0.0.1:Q", for -L and -R.
std::string forwarding(int from, int to);

/// The words of a process's command line as the system shows them.
std::vector<std::string> command_line_of(pid_t pid);

/// The end of a test: the connections have ended by themselves, and nothing that it started lives.
void check_nothing_left(Sshd& sshd);

}  // namespace autossh_test
