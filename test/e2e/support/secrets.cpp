#include "e2e/support/secrets.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

namespace autossh_test {
namespace {

ProcessOptions options_of(const Sshd& sshd, const LogFile& log, const std::vector<std::string>& options,
                          ProcessOptions how)
{
    std::vector<std::string> words{"-M", "0", "-N"};
    words.insert(words.end(), options.begin(), options.end());
    for (const std::string& word : command_line(sshd, words))
        how.arguments.push_back(word);
    how.changes = quick(log, how.changes);
    return how;
}

}  // namespace

std::string secret_file(const Sshd& sshd, const std::string& secret, const std::string& name)
{
    const std::string path = sshd.directory() / name;
    write_file(path, secret + "\n");
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return path;
}

std::string use_locked_key(Sshd& sshd, const std::string& type, const std::string& passphrase)
{
    const std::string key = make_locked_key(sshd, type, passphrase);
    sshd.configure_server(fmt::format("AuthorizedKeysFile {}.pub", key));
    use_identity(sshd, key);
    sshd.configure_client("BatchMode no");
    return key;
}

std::string script_file(const Sshd& sshd, const std::string& name, const std::string& text)
{
    const std::string path = sshd.directory() / name;
    write_file(path, "#!/bin/sh\n" + text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
}

std::string variable_of(pid_t process, const std::string& name)
{
    const std::string text = '\0' + read_file(fmt::format("/proc/{}/environ", process));
    const std::string beginning = '\0' + name + '=';
    const auto at = text.find(beginning);
    if (at == std::string::npos)
        return "";
    const std::size_t begin = at + beginning.size();
    return text.substr(begin, text.find('\0', begin) - begin);
}

std::vector<std::string> as_user(uid_t user)
{
    const std::string id = std::to_string(user);
    return {"setpriv", "--reuid", id, "--regid", id, "--clear-groups"};
}

bool can_run(uid_t user, const std::string& program)
{
    auto words = as_user(user);
    words.insert(words.end(), {"test", "-x", program});
    const Process trial({.arguments = words});
    return trial.wait_for_exit() == exited(0);
}

CountedCommand::CountedCommand(const Sshd& sshd, const std::string& secret_file)
    : runs_(sshd.directory() / "runs"),
      path_(script_file(sshd, "command", fmt::format("echo run >>{}\ncat {}\n", runs_, secret_file)))
{}

int CountedCommand::runs() const
{
    const std::string text = read_file(runs_);
    return static_cast<int>(std::count(text.begin(), text.end(), '\n'));
}

SecretTunnel::SecretTunnel(const Sshd& sshd, const std::vector<std::string>& options, ProcessOptions how)
    : process_(options_of(sshd, log_, options, std::move(how)))
{}

bool SecretTunnel::comes_back() const
{
    const std::string back = "]: up again ";
    const int times = log_.count(back) + 1;
    return process_table::send(log_.ssh_pid(), SIGKILL) && log_.wait_for(back, times);
}

bool SecretTunnel::waits_because(const std::string& cause) const
{
    const bool waits = wait_until([&] { return log_.count(cause + "; trying again in 30 s\n") > 0; });
    if (!waits)
        UNSCOPED_INFO(log_.text());
    return waits;
}

bool SecretTunnel::end() const
{
    const pid_t autossh = log_.autossh_pid();
    return process_table::send(autossh, SIGTERM) &&
           wait_until([&] { return exit_of(autossh).has_value(); }) && exit_of(autossh) == exited(1);
}

}  // namespace autossh_test
