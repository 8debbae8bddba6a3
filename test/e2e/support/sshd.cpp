#include "e2e/support/sshd.hpp"

#include "support/machine/ports.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <grp.h>
#include <shadow.h>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test {
namespace {

/// sshd wants to be called by its full path.
std::optional<std::string> find_sshd()
{
    for (const char* path : {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"})
        if (access(path, X_OK) == 0)
            return path;
    return std::nullopt;
}

/// A root without a password counts as locked to sshd, except with PAM (which needs root, though).
bool needs_pam()
{
    const spwd* const root = getuid() == 0 ? getspnam("root") : nullptr;
    return root != nullptr && root->sp_pwdp[0] == '!';
}

}  // namespace

void run(const std::vector<std::string>& command)
{
    const Process process({.arguments = command});
    if (process.wait_for_exit() != exited(0))
        throw std::runtime_error(fmt::format("{} failed: {}", command.at(0), process.errors()));
}

Sshd::Sshd(Loopback loopback) : loopback_(loopback), port_(free_port_pair())
{
    if (getuid() == 0)
        mkdir("/run/sshd", 0755);  // as its service does; other sshd need it too, so it stays
    make_key("host_key");
    make_key("user_key");
    std::filesystem::create_directory(directory_ / "home");
    write_configurations();
    start();
}

bool Sshd::is_installed()
{
    return find_sshd().has_value();
}

bool Sshd::can_give_terminals()
{
    const PseudoTerminal terminal;
    const group* const wanted = getgrnam("tty");
    struct stat status {};
    return getuid() == 0 || wanted == nullptr ||
           (stat(terminal.path().c_str(), &status) == 0 && status.st_gid == wanted->gr_gid);
}

void Sshd::make_key(const std::string& name) const
{
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory_ / name});
}

/// Whether this version of sshd knows a keyword of configuration: it has them in lower case.
bool Sshd::knows(const std::string& keyword)
{
    static const std::string program = read_file(*find_sshd());
    return program.find(keyword) != std::string::npos;
}

void Sshd::write_configurations() const
{
    const std::string at = directory().string();
    std::string server = fmt::format("ListenAddress 127.0.0.1:{}\n"
                                     "HostKey {}/host_key\n"
                                     "AuthorizedKeysFile {}/user_key.pub\n"
                                     // Whatever the user's shell reads at its start is not for a test.
                                     "SetEnv HOME={}/home\n",
                                     port_, at, at, at);
    server += needs_pam() ? "UsePAM yes\n" : "UsePAM no\n";
    server += "StrictModes no\nPidFile none\nPasswordAuthentication no\nPermitRootLogin yes\n"
              "PermitUserRC no\nPrintMotd no\nPrintLastLog no\n"
              // The default key exchange costs 40 ms of each log-in.
              "KexAlgorithms curve25519-sha256\n";
    // A killed session is a crash to sshd, which then refuses our address for a while.
    if (knows("persourcepenalties"))
        server += "PerSourcePenalties no\n";
    write_file(directory_ / "sshd_config", server);

    write_file(directory_ / "known_hosts", "server " + read_file(directory_ / "host_key.pub"));
    write_file(client_config(),
               fmt::format("Host server\nHostName {}\nPort {}\nHostKeyAlias server\n"
                           "IdentityFile {}/user_key\nIdentitiesOnly yes\nIdentityAgent none\n"
                           "UserKnownHostsFile {}/known_hosts\nGlobalKnownHostsFile /dev/null\n"
                           "UpdateHostKeys no\nBatchMode yes\nExitOnForwardFailure yes\n",
                           address(), port_, at, at));
}

/// Each server's port is its own, and so is the address made of it: no loop meets another test's port.
std::string Sshd::address() const
{
    if (loopback_ == Loopback::shared)
        return "127.0.0.1";
    return fmt::format("127.{}.{}.2", port_ >> 8, port_ & 0xff);
}

void Sshd::configure_server(const std::string& lines)
{
    stop();
    const std::string path = directory_ / "sshd_config";
    write_file(path, lines + "\n" + read_file(path));
    start();
}

void Sshd::configure_client(const std::string& lines)
{
    const std::string host = "Host server\n";
    write_file(client_config(), host + lines + "\n" + read_file(client_config()).substr(host.size()));
}

std::string Sshd::script(const std::string& text) const
{
    const std::string path = directory_ / "script";
    write_file(path, text);
    return "exec sh " + path;
}

void Sshd::start()
{
    ProcessOptions options{.arguments = runner_};
    const std::vector<std::string> words{*find_sshd(), "-D", "-e", "-f", directory_ / "sshd_config"};
    options.arguments.insert(options.arguments.end(), words.begin(), words.end());
    if (loopback_ == Loopback::own) {
        options.changes["LD_PRELOAD"] = SERVER_LOOPBACK;
        options.changes["LOOPBACK_ADDRESS"] = address();
    }
    process_.start(options);
}

}  // namespace autossh_test
