#include "outage/ssh_server.hpp"

#include <shadow.h>
#include <stdexcept>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

constexpr const char* sshd = "/usr/sbin/sshd";

/// A root without a password counts as locked to sshd, except with PAM.
bool needs_pam()
{
    const spwd* const root = getspnam("root");
    return root != nullptr && root->sp_pwdp[0] == '!';
}

std::string server_config(const std::string& directory)
{
    return fmt::format(
        "Port 22\nListenAddress 0.0.0.0\nHostKey {0}/host_key\nAuthorizedKeysFile {0}/user_key.pub\n"
        "UsePAM {1}\nStrictModes no\nPidFile none\nPasswordAuthentication no\n"
        "PermitRootLogin yes\nPrintMotd no\nPrintLastLog no\n"
        "Subsystem sftp internal-sftp\n"
        "KexAlgorithms curve25519-sha256\n",  // the default one costs 40 ms of each log-in
        directory, needs_pam() ? "yes" : "no");
}

std::string client_config_for(const std::string& address, const std::string& directory)
{
    return fmt::format("HostName {0}\nUser root\nHostKeyAlias server\nStrictHostKeyChecking yes\n"
                       "IdentityFile {1}/user_key\nIdentitiesOnly yes\nIdentityAgent none\n"
                       "UserKnownHostsFile {1}/known_hosts\nGlobalKnownHostsFile /dev/null\n"
                       "UpdateHostKeys no\n",
                       address, directory);
}

}  // namespace

SshServer::SshServer(const std::string& address, const std::string& client_lines)
{
    make_key("host_key");
    make_key("user_key");
    const std::string at = directory_.path();
    write_file(directory_ / "sshd_config", server_config(at));
    write_file(directory_ / "known_hosts", "server " + read_file(directory_ / "host_key.pub"));
    write_file(client_config(), "Host server\n" + client_lines + client_config_for(address, at));
    start();
}

bool SshServer::is_installed()
{
    return access(sshd, X_OK) == 0;
}

void SshServer::make_key(const std::string& name) const
{
    const Process process(
        {.arguments = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", directory_ / name}});
    if (process.wait_for_exit() != exited(0))
        throw std::runtime_error("ssh-keygen: " + process.errors());
}

void SshServer::start()
{
    process_.start({.arguments = {sshd, "-D", "-e", "-f", directory_ / "sshd_config"}});
}

}  // namespace autossh_test::outage
