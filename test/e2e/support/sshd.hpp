#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"
#include "support/process/sshd_process.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace autossh_test {

/// Runs a program to its end. Throws if it fails.
void run(const std::vector<std::string>& command);

/// A real sshd on loopback, run by and for the user who runs the tests, with keys of its own.
class Sshd {
public:
    /// own: 127.0.0.1 on the server is another address than 127.0.0.1 here, and than on any other server
    /// (server_loopback.cpp).
    enum class Loopback { shared, own };

    /// Makes the keys and files, and starts it.
    explicit Sshd(Loopback loopback = Loopback::shared);

    static bool is_installed();
    /// Whether it can give a remote command a terminal. For an ordinary user, /dev/pts must be mounted such
    /// that new terminals belong to the group tty, as it is on every usual system.
    static bool can_give_terminals();

    /// Returns when it listens; on the same port each time.
    void start();
    /// Ends the listener and all connections.
    void stop() { process_.stop(); }

    /// Adds lines to sshd's configuration, where they win, and starts it again.
    void configure_server(const std::string& lines);
    /// Adds lines to the configuration of the host "server", where they win.
    void configure_client(const std::string& lines);
    unsigned short port() const { return port_; }
    /// Where it listens.
    std::string address() const;

    /// All processes of the connections that are open: sshd's own and the remote commands.
    std::vector<pid_t> session_processes() const { return process_.sessions(); }
    void signal_sessions(int number) const { process_.signal_sessions(number); }

    /// What it has said since its last start.
    std::string log() const { return process_.log(); }

    const std::filesystem::path& directory() const { return directory_.path(); }
    /// For `ssh -F`. It knows one host: "server".
    std::filesystem::path client_config() const { return directory_ / "ssh_config"; }
    /// Makes a script and gives the remote command that runs it. Only words typed by a test can then
    /// be seen on a terminal, not those of the script.
    std::string script(const std::string& text) const;

protected:
    /// Has it run, from its next start, by a program whose words these are: sshd's own follow them.
    void run_by(std::vector<std::string> words) { runner_ = std::move(words); }

private:
    void make_key(const std::string& name) const;
    void write_configurations() const;
    static bool knows(const std::string& keyword);

    TemporaryDirectory directory_;
    Loopback loopback_;
    unsigned short port_;
    std::vector<std::string> runner_;
    SshdProcess process_;
};

}  // namespace autossh_test
