// An interactive shell in which autossh runs as a job.
#pragma once

#include "e2e/support/autossh.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// bash with job control on a pseudo terminal, where `autossh …` is typed.
class Shell {
public:
    explicit Shell(const Environment& changes = {});

    static constexpr const char* prompt = "bash> ";

    const PseudoTerminal& terminal() const { return terminal_; }
    const LogFile& log() const { return log_; }

    /// Starts autossh with a remote terminal; the script says "remote ready" when it is.
    void run(const Sshd& sshd, const std::string& remote_script,
             const std::vector<std::string>& options = {"-M", "0", "-t"});

    /// Types the command that starts autossh, with the shell's own words before and behind it.
    void start(const Sshd& sshd, const std::vector<std::string>& options, const std::string& before = "",
               const std::string& behind = "") const;

    void enter(const std::string& line) const { terminal_.type(line + "\r"); }

    /// autossh has ended, with this status by the shell's word.
    bool shows_status(int status) const;

    /// Ends the shell itself.
    bool leaves() const;

private:
    LogFile log_;
    PseudoTerminal terminal_;
    Environment environment_;
    Process bash_;
};

}  // namespace autossh_test
