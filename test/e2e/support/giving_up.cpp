#include "e2e/support/giving_up.hpp"

#include <regex>
#include <sstream>

namespace autossh_test {

namespace {

std::vector<std::string> wrapped(std::vector<std::string> wrapper, const std::vector<std::string>& words)
{
    wrapper.insert(wrapper.end(), words.begin(), words.end());
    return wrapper;
}

/// Without autossh's own -M and its value, which come first.
std::vector<std::string> for_ssh(const Sshd& sshd, const std::vector<std::string>& options)
{
    std::vector<std::string> words = command_line(sshd, options);
    words.at(0) = "/usr/bin/ssh";
    if (words.at(1) == "-M")
        words.erase(words.begin() + 1, words.begin() + 3);
    return words;
}

/// Without what a newer ssh says of a jump host's end only if it writes before it reads that.
std::string same_each_time(const std::string& words)
{
    static const std::regex by_chance("kex_exchange_identification: .*\n(?=Connection closed by UNKNOWN)");
    return std::regex_replace(words, by_chance, "");
}

}  // namespace

std::vector<std::string> tunnel(const std::vector<std::string>& options)
{
    return wrapped({"-M", "0", "-N"}, options);
}

GivingUp::GivingUp(const Sshd& sshd, const std::vector<std::string>& options,
                   const std::vector<std::string>& wrapper, const Environment& changes)
{
    Environment variables = quick(log, changes);
    variables["AUTOSSH_GATETIME"] = "30";
    {
        const Process ssh({.arguments = wrapped(wrapper, for_ssh(sshd, options)), .changes = changes});
        CHECK(ssh.wait_for_exit() == exited(255));
        ssh_alone = same_each_time(ssh.errors());
    }
    const Process autossh({.arguments = wrapped(wrapper, command_line(sshd, options)), .changes = variables});
    exit = autossh.wait_for_exit();
    errors = same_each_time(autossh.errors());
    cause = cause_after(log, "gave up");
}

bool GivingUp::as_it_must_be() const
{
    INFO("log:\n" << log.text());
    CHECK(exit == exited(1));
    const std::string all =
        ssh_alone + "autossh: gave up after " + line_after(log, "]: gave up after ") + '\n';
    CHECK(errors == all);
    CHECK_FALSE(ssh_alone.empty());
    CHECK(log.count("]: starting ssh (count ") == 1);
    CHECK(log.count("]: ssh exited prematurely with status 255; autossh exiting\n") == 1);
    CHECK(log.count("]: gave up after ") == 1);
    return exit == exited(1) && errors == all;
}

bool GivingUp::words_are_logged() const
{
    std::istringstream lines(ssh_alone);
    bool all = true;
    for (std::string line; std::getline(lines, line);) {
        line.erase(line.find_last_not_of('\r') + 1);
        INFO(line << "\nlog:\n" << log.text());
        const bool logged = log.count(fmt::format("]: ssh[{}]: {}\n", log.ssh_pid(), line)) > 0;
        CHECK(logged);
        all = all && logged;
    }
    return all;
}

std::string line_after(const LogFile& log, const std::string& begin)
{
    const std::string text = log.text();
    const auto at = text.rfind(begin);
    if (at == std::string::npos)
        return "";
    const auto from = at + begin.size();
    return text.substr(from, text.find('\n', from) - from);
}

std::string cause_after(const LogFile& log, const std::string& verb)
{
    const std::string line = line_after(log, "]: " + verb + " after ");
    const auto colon = line.find(": ");
    return colon == std::string::npos ? "" : line.substr(colon + 2);
}

}  // namespace autossh_test
