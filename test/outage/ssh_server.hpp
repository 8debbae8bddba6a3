#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/sshd_process.hpp"

#include <filesystem>
#include <string>
#include <sys/types.h>
#include <vector>

namespace autossh_test::outage {

/// An sshd on port 22 of a network namespace, with keys of its own, and what its client needs to know.
class SshServer {
public:
    /// Runs where the constructing thread is. The client's lines win over what is set otherwise.
    SshServer(const std::string& address, const std::string& client_lines);

    static bool is_installed();

    /// Returns when it listens. For a thread that is in its network namespace.
    void start();
    /// Ends the listener and all sessions.
    void stop() { process_.stop(); }

    std::vector<pid_t> sessions() const { return process_.sessions(); }
    void signal_sessions(int number) const { process_.signal_sessions(number); }
    void signal_all(int number) const { process_.signal_all(number); }  ///< the listener, too

    /// For `ssh -F`. It knows one host: "server".
    std::filesystem::path client_config() const { return directory_ / "ssh_config"; }

private:
    void make_key(const std::string& name) const;

    TemporaryDirectory directory_;
    SshdProcess process_;
};

}  // namespace autossh_test::outage
