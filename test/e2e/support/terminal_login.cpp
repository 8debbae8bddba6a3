#include "e2e/support/terminal_login.hpp"

#include "e2e/support/keys.hpp"

#include <algorithm>
#include <csignal>
#include <iterator>

namespace autossh_test {
namespace {

ProcessOptions job_on(const PseudoTerminal& terminal, const LogFile& log, const Sshd& sshd,
                      const std::vector<std::string>& options, const Environment& changes)
{
    Environment all = default_times();
    for (const auto& [name, value] : changes)
        all[name] = value;
    return {.arguments = command_line(sshd, options),
            .changes = quick(log, all),
            .terminal = terminal.path(),
            .job_control = true};
}

}  // namespace

TerminalLogin::TerminalLogin(const Sshd& sshd, const std::vector<std::string>& options,
                             const Environment& changes)
    : before_(terminal_.modes()), process_(job_on(terminal_, log_, sshd, options, changes))
{}

pid_t TerminalLogin::asker() const
{
    for (const auto& entry : process_.family())
        if (entry.parent == process_.job() && entry.pid != daemon())
            return entry.pid;
    return 0;
}

int TerminalLogin::times_shown(const std::string& text) const
{
    return terminal_.times_shown(text);
}

bool TerminalLogin::shows(const std::string& text, int times) const
{
    return wait_until([&] { return times_shown(text) >= times; });
}

bool TerminalLogin::answers(const std::string& question, const std::string& line, int times) const
{
    if (!shows(question, times))
        return false;
    enter(line);
    return true;
}

bool TerminalLogin::is_as_before() const
{
    return terminal_.has_modes(before_);
}

bool TerminalLogin::returns(int status) const
{
    const auto result = process_.wait_for_exit();
    UNSCOPED_INFO("shown: " << terminal_.shown());
    UNSCOPED_INFO("ended by " << (result ? result->text() : "nothing"));
    return result == exited(status) && is_as_before();
}

bool TerminalLogin::ends() const
{
    process_table::send(daemon(), SIGTERM);
    return process_.wait_until_nothing_left();
}

std::string ask_for_passphrase(Sshd& sshd, const std::string& passphrase)
{
    const std::string key = make_locked_key(sshd, "ed25519", passphrase);
    sshd.configure_server(fmt::format("AuthorizedKeysFile {}.pub", key));
    use_identity(sshd, key);
    sshd.configure_client("BatchMode no");
    return fmt::format("Enter passphrase for key '{}': ", key);
}

void forget_host_key(Sshd& sshd)
{
    write_file(sshd.directory() / "known_hosts", "");
    sshd.configure_client("BatchMode no\nStrictHostKeyChecking ask");
}

void lead_to(Sshd& sshd, const Server& server)
{
    sshd.configure_client(fmt::format("BatchMode no\nPort {}", server.port()));
}

}  // namespace autossh_test
