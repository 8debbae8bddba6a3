#include "e2e/support/masters.hpp"

#include <csignal>

namespace autossh_test {

std::string without_a_key(const Sshd& sshd)
{
    const std::string key = sshd.directory() / "stranger";
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key});
    std::string text = read_file(sshd.client_config());
    const std::string ours = sshd.directory() / "user_key";
    const std::string config = sshd.directory() / "config_without_key";
    write_file(config, text.replace(text.find(ours), ours.size(), key));
    return config;
}

ExitResult status_of(const std::vector<std::string>& words)
{
    const Process process({.arguments = words});
    return process.wait_for_exit().value_or(exited(-1));
}

pid_t master_at(const std::string& config)
{
    const Process check(
        {.arguments = {"ssh", "-F", config, "-o", "ControlMaster=no", "-O", "check", "server"}});
    check.wait_for_exit();
    const std::string words = check.errors();
    const std::size_t at = words.find("(pid=");
    return at == std::string::npos ? 0 : std::stoi(words.substr(at + 5));
}

MasterByHand::MasterByHand(const Sshd& sshd)
    : process_(
          {.arguments = {"ssh", "-F", sshd.client_config(), "-M", "-N", "-o", "ControlPersist=no", "server"}})
{
    REQUIRE(wait_until([&] { return master_at(sshd.client_config()) == process_.pid(); }));
}

void MasterByHand::end() const
{
    process_.signal(SIGTERM);
    process_.wait_for_exit();
}

}  // namespace autossh_test
