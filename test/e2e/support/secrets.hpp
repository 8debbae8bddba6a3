#pragma once

#include "e2e/support/autossh.hpp"
#include "e2e/support/keys.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace autossh_test {

/// A secret with whatever a shell or a terminal might act on.
inline constexpr const char* right_secret = "corr3ct horse \"battery' $taple";
inline constexpr const char* wrong_secret = "s0mething else";

/// A file in the server's directory that only we can read, with a secret in it. Gives its path.
std::string secret_file(const Sshd& sshd, const std::string& secret, const std::string& name = "secret");

/// The client's only key, and the only one that the server lets in, is one with a passphrase. Gives its path.
std::string use_locked_key(Sshd& sshd, const std::string& type = "ed25519",
                           const std::string& passphrase = right_secret);

/// An executable script in the server's directory. Gives its path.
std::string script_file(const Sshd& sshd, const std::string& name, const std::string& text);

/// The text of one that has ssh as its child, and notes its number in a file beside it, ".pid".
inline constexpr const char* ssh_as_child = "/usr/bin/ssh \"$@\" & echo $! >$0.pid\nwait $!\n";

/// Of that process's environment; empty where it has none.
std::string variable_of(pid_t process, const std::string& name);

/// The words before a program's own that make it that user's. Only root can.
std::vector<std::string> as_user(uid_t user);
bool can_run(uid_t user, const std::string& program);

/// A script that prints what is in a file, and notes each run.
class CountedCommand {
public:
    CountedCommand(const Sshd& sshd, const std::string& secret_file);

    const std::string& path() const { return path_; }
    int runs() const;

private:
    std::string runs_;
    std::string path_;
};

/// An autossh that keeps a tunnel to the host "server" (-M 0 -N).
class SecretTunnel {
public:
    /// `how`: its arguments, if any, are the words of a program that is to run autossh.
    SecretTunnel(const Sshd& sshd, const std::vector<std::string>& options, ProcessOptions how = {});

    const LogFile& log() const { return log_; }
    const Process& process() const { return process_; }

    bool comes_up() const { return log_.wait_for("]: up: "); }
    /// Once more, when its ssh has been killed.
    bool comes_back() const;
    /// It waits for half a minute, as after a log-in that was refused, and this is why.
    bool waits_because(const std::string& cause) const;
    int starts() const { return log_.count("starting ssh ("); }
    /// How often the log has `what` ssh asks for and what became of it.
    int asked(const std::string& what) const { return log_.count("ssh asks for the " + what); }

    /// Ends it with TERM, also in the background. True: its exit status is that of a stop.
    bool end() const;

private:
    LogFile log_;
    Process process_;
};

}  // namespace autossh_test
