#include "e2e/support/autossh.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <cctype>
#include <csignal>

namespace autossh_test {
namespace {

/// The number behind the last `words`, or 0.
pid_t number_after(const std::string& text, const std::string& words)
{
    const auto at = text.rfind(words);
    if (at == std::string::npos)
        return 0;
    const std::size_t begin = at + words.size();
    std::size_t end = begin;
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end])) != 0)
        ++end;
    return end == begin ? 0 : static_cast<pid_t>(std::stol(text.substr(begin, end - begin)));
}

ProcessOptions process_options(const Sshd& sshd, const LogFile& log, const std::vector<std::string>& options,
                               const Environment& changes, const std::vector<std::string>& remote_command)
{
    return {.arguments = command_line(sshd, options, remote_command), .changes = quick(log, changes)};
}

}  // namespace

int LogFile::count(const std::string& words) const
{
    return occurrences(text(), words);
}

bool LogFile::wait_for(const std::string& words, int times, std::chrono::milliseconds deadline) const
{
    return wait_until([&] { return count(words) >= times; }, deadline);
}

pid_t LogFile::ssh_pid() const
{
    return number_after(text(), "ssh child pid is ");
}

pid_t LogFile::autossh_pid() const
{
    return number_after(text(), "autossh[");
}

Environment quick(const LogFile& log, const Environment& changes)
{
    Environment variables{{"AUTOSSH_LOGFILE", log.path()},
                          {"AUTOSSH_LOGLEVEL", "7"},
                          {"AUTOSSH_GATETIME", "0"},
                          {"AUTOSSH_POLL", "2"},
                          {"AUTOSSH_FIRST_POLL", "1"}};
    for (const auto& [name, value] : changes)
        variables[name] = value;
    std::erase_if(variables, [](const auto& variable) { return variable.second.empty(); });
    return variables;
}

Environment default_times(const std::string& gate)
{
    return {{"AUTOSSH_GATETIME", gate}, {"AUTOSSH_POLL", ""}, {"AUTOSSH_FIRST_POLL", ""}};
}

std::vector<std::string> command_line(const Sshd& sshd, const std::vector<std::string>& options,
                                      const std::vector<std::string>& remote_command)
{
    std::vector<std::string> words{tested_autossh()};
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"-F", sshd.client_config(), "server"});
    words.insert(words.end(), remote_command.begin(), remote_command.end());
    return words;
}

Autossh::Autossh(const Sshd& sshd, const std::vector<std::string>& options, const Environment& changes,
                 const std::vector<std::string>& remote_command)
    : process_(process_options(sshd, log_, options, changes, remote_command))
{}

pid_t Autossh::ssh_after(pid_t pid) const
{
    wait_until([&] { return log_.ssh_pid() != pid; });
    return log_.ssh_pid();
}

std::optional<ExitResult> Autossh::end() const
{
    process_.signal(SIGTERM);
    return process_.wait_for_exit();
}

std::string forwarding(int from, int to)
{
    return fmt::format("{}:127.0.0.1:{}", from, to);
}

std::vector<std::string> command_line_of(pid_t pid)
{
    const std::string text = read_file(fmt::format("/proc/{}/cmdline", pid));
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\0', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

void check_nothing_left(Sshd& sshd)
{
    CHECK(wait_until([&] { return sshd.session_processes().empty(); }));
    sshd.stop();
    const bool nothing_left = wait_until([] { return living_processes().empty(); });
    for (const auto& entry : living_processes())
        UNSCOPED_INFO("left running: " << entry.pid << " " << entry.command);
    CHECK(nothing_left);
}

}  // namespace autossh_test
