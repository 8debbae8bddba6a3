// autossh -f at a terminal: what a person there sees, and does.
#pragma once

#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <optional>
#include <string>
#include <termios.h>
#include <vector>

namespace autossh_test {

/// The foreground job of a shell with job control, whose exit status is the job's.
class TerminalLogin {
public:
    /// `options`: with -f. The times are autossh's own defaults, but for the gate.
    explicit TerminalLogin(const Sshd& sshd, const std::vector<std::string>& options,
                           const Environment& changes = {});

    const PseudoTerminal& terminal() const { return terminal_; }
    const LogFile& log() const { return log_; }
    const Process& process() const { return process_; }
    pid_t daemon() const { return log_.autossh_pid(); }
    /// Who asks at the terminal now, or 0.
    pid_t asker() const;

    int times_shown(const std::string& text) const;
    bool shows(const std::string& text, int times = 1) const;
    void enter(const std::string& line) const { terminal_.type(line + "\n"); }
    /// Waits for the question, and answers it.
    bool answers(const std::string& question, const std::string& line, int times = 1) const;

    bool echoes() const { return (terminal_.modes().c_lflag & tcflag_t{ECHO}) != 0; }
    bool is_as_before() const;

    /// The command has returned with this status, and the terminal is as it was.
    bool returns(int status) const;
    /// Ends the daemon.
    bool ends() const;

private:
    LogFile log_;
    PseudoTerminal terminal_;
    termios before_;
    Process process_;
};

/// Allows questions, and makes a key with a passphrase the only one. Gives ssh's question for it.
std::string ask_for_passphrase(Sshd& sshd, const std::string& passphrase);

/// The passphrase or password that such a test takes.
inline constexpr const char* right = "corr3ct horse";

/// ssh connects there, and hears nothing more.
void lead_to(Sshd& sshd, const Server& server);

/// The client knows no host key. Its question begins with host_key_question then.
void forget_host_key(Sshd& sshd);
inline constexpr const char* host_key_question = "Are you sure you want to continue connecting";

}  // namespace autossh_test
