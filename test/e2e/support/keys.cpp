#include "e2e/support/keys.hpp"

#include <stdexcept>

namespace autossh_test {

std::string key_of(const Sshd& sshd)
{
    return sshd.directory() / "user_key";
}

void use_identity(const Sshd& sshd, const std::string& identity)
{
    std::string text = read_file(sshd.client_config());
    const std::string ours = "IdentityFile " + key_of(sshd);
    text.replace(text.find(ours), ours.size(), "IdentityFile " + identity);
    write_file(sshd.client_config(), text);
}

std::string make_stranger(const Sshd& sshd)
{
    std::string stranger = sshd.directory() / "stranger";
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", stranger});
    return stranger;
}

std::string make_locked_key(const Sshd& sshd, const std::string& type, const std::string& passphrase,
                            const std::string& name)
{
    std::string key = sshd.directory() / name;
    // The default of 3072 bits takes an RSA key five times as long.
    run({"ssh-keygen", "-q", "-a", "1", "-t", type, "-b", "2048", "-N", passphrase, "-f", key});
    return key;
}

Agent::Agent(const std::filesystem::path& socket)
    : socket_(socket), agent_({.arguments = {"ssh-agent", "-D", "-a", socket}})
{
    // Its socket is there before it listens; ssh-add(1): 1, it has no keys.
    const auto answers = [&] {
        const Process asked({.arguments = {"env", "SSH_AUTH_SOCK=" + socket_, "ssh-add", "-l"}});
        return asked.wait_for_exit() == exited(1);
    };
    if (!wait_until(answers))
        throw std::runtime_error("no agent: " + agent_.errors());
}

void Agent::add(const std::vector<std::string>& words) const
{
    std::vector<std::string> command{"env", "SSH_AUTH_SOCK=" + socket_, "ssh-add", "-q"};
    command.insert(command.end(), words.begin(), words.end());
    run(command);
}

}  // namespace autossh_test
