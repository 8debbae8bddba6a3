#include "autossh/ssh/version.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/system/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t most_version_output = 4096;

/// What comes until the end, or until the time is up.
std::string read_within(int fd, Time deadline)
{
    std::string text;
    std::array<char, 512> part;
    while (text.size() < most_version_output) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{fd, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&readable, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        const ssize_t size = ready > 0 ? ::read(fd, part.data(), part.size()) : 0;
        if (size <= 0)
            break;
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
}

std::optional<int> number_before(std::string_view text, std::size_t& end)
{
    end = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_integer(text.substr(0, end));
    return number && *number < 1000 ? std::optional(static_cast<int>(*number)) : std::nullopt;
}

}  // namespace

std::optional<SshVersion> ssh_version_from(std::string_view text)
{
    constexpr std::string_view name = "OpenSSH_";
    const std::size_t at = text.find("OpenSSH_");
    if (at == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(at + name.size());
    // Windows' port: "OpenSSH_for_Windows_9.5p1"
    text.remove_prefix(std::min(text.find_first_of("0123456789"), text.size()));
    std::size_t end = 0;
    const auto major = number_before(text, end);
    if (!major || end >= text.size() || text[end] != '.')
        return std::nullopt;
    const auto minor = number_before(text.substr(end + 1), end);
    return minor ? std::optional(SshVersion{*major, *minor}) : std::nullopt;
}

std::optional<SshVersion> ask_version(const std::string& file, const InheritedSignals& inherited,
                                      Duration limit)
{
    const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    Pipe answer;  // OpenSSH prints it to stderr
    pid_t ssh = -1;
    try {
        ssh = spawn({file, {file, "-V"}}, inherited, {null.get(), null.get(), answer.write_end.get(), true});
    } catch (const std::system_error&) {
        return std::nullopt;
    }
    answer.write_end.reset();
    const std::string text = read_within(answer.read_end.get(), Clock::now() + limit);
    ::kill(-ssh, SIGKILL);
    while (::waitpid(ssh, nullptr, 0) < 0 && errno == EINTR)
        ;
    return ssh_version_from(text);
}

std::optional<SshVersion> SshVersions::of(const std::string& file)
{
    const std::array<std::string, 1> path{find_program(file)};
    std::vector<FileMark> program = marks_of(path);
    const auto known = known_.find(file);
    if (known != known_.end() && known->second.program == program && Clock::now() < known->second.until)
        return known->second.version;
    const std::optional<SshVersion> version = ask_version(file, inherited_, limit_);
    const Time until = version ? never : Clock::now() + version_is_unknown;
    known_.insert_or_assign(file, Known{std::move(program), version, until});
    return version;
}

}  // namespace autossh
