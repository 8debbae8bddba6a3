#include "autossh/doctor/process_facts.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/system/process_stat.hpp"

#include <array>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;  // NOLINT: of POSIX

namespace autossh {

namespace {

/// A file of /proc says that it is empty, and is read nevertheless.
std::vector<std::string> words_in_file(const std::string& path)
{
    std::vector<std::string> words;
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return words;
    std::string text;
    std::array<char, 4096> piece;
    for (ssize_t size = 0; text.size() < 1024 * 1024 && (size = ::read(fd, piece.data(), piece.size())) > 0;)
        text.append(piece.data(), static_cast<std::size_t>(size));
    ::close(fd);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\0', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

void take_variable(Variables& variables, std::string_view word)
{
    const std::size_t equals = word.find('=');
    if (equals != word.npos)
        variables.emplace(word.substr(0, equals), word.substr(equals + 1));
}

}  // namespace

std::vector<std::string> arguments_of(pid_t process)
{
    return words_in_file(fmt::format("/proc/{}/cmdline", process));
}

Variables variables_of(pid_t process)
{
    Variables variables;
    for (const std::string& word : words_in_file(fmt::format("/proc/{}/environ", process)))
        take_variable(variables, word);
    return variables;
}

Variables our_variables()
{
    Variables variables;
    for (char** word = environ; word != nullptr && *word != nullptr; ++word)
        take_variable(variables, *word);
    return variables;
}

void give_environment(Command& command, const Variables& theirs)
{
    Variables all;
    for (const std::string& word : command.environment)
        take_variable(all, word);
    all.insert(theirs.begin(), theirs.end());
    command.environment.clear();
    for (const auto& [name, value] : all)
        command.environment.push_back(fmt::format("{}={}", name, value));
    for (const auto& [name, value] : our_variables())
        if (!theirs.contains(name))
            command.without.push_back(name + '=');
}

Environment looked_up_in(const Variables& variables)
{
    return [&variables](std::string_view name) {
        const auto found = variables.find(std::string(name));
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

std::string directory_of(pid_t process)
{
    return link_target(fmt::format("/proc/{}/cwd", process)).value_or("");
}

std::vector<pid_t> own_processes()
{
    std::vector<pid_t> processes;
    std::error_code error;
    for (const std::string& name : names_in("/proc", error)) {
        const auto pid = parse_integer(name);
        struct stat owner {};
        if (pid && *pid > 0 && ::stat(fmt::format("/proc/{}", name).c_str(), &owner) == 0 &&
            owner.st_uid == ::geteuid())
            processes.push_back(static_cast<pid_t>(*pid));
    }
    return processes;
}

bool descends_from(pid_t process, pid_t other)
{
    for (int generations = 0; process > 1 && generations < 32; ++generations) {
        if (process == other)
            return true;
        process = parent_of(process).value_or(0);
    }
    return false;
}

WorkingDirectory::WorkingDirectory(const std::string& directory)
{
    if (directory.empty())
        return;
    before_ = ::open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (before_ >= 0)
        static_cast<void>(!::chdir(directory.c_str()));
}

WorkingDirectory::~WorkingDirectory()
{
    if (before_ < 0)
        return;
    static_cast<void>(!::fchdir(before_));
    ::close(before_);
}

}  // namespace autossh
