#include "autossh/program/origin.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/process_tree.hpp"

#include <array>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

std::string own_terminal()
{
    std::array<char, 128> name{};
    for (const int fd : {STDIN_FILENO, STDERR_FILENO})
        if (::isatty(fd) != 0 && ::ttyname_r(fd, name.data(), name.size()) == 0)
            return name.data();
    return "";
}

/// The first field of the line of passwd(5) whose third one is `uid`; empty: there is none.
std::string user_in(const std::string& passwd, const std::string& uid)
{
    for (const std::string& line : lines_of(passwd)) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (second == std::string::npos)
            continue;
        const std::size_t third = line.find(':', second + 1);
        if (line.substr(second + 1, third - second - 1) == uid)
            return line.substr(0, first);
    }
    return "";
}

}  // namespace

Origin origin_by_cgroup(std::string_view text)
{
    Origin origin;
    for (const std::string& line : lines_of(text)) {
        // "0::PATH", and of version 1 "1:name=systemd:PATH".
        if (!line.starts_with("0::") && line.find(":name=systemd:") == std::string::npos)
            continue;
        const std::string path = line.substr(line.find(':', line.find(':') + 1) + 1);
        std::size_t begin = path.size();
        // Units make groups of their own below theirs.
        while (begin > 0 && origin.unit.empty()) {
            const std::size_t end = begin;
            begin = path.rfind('/', end - 1);
            if (begin == std::string::npos)
                break;
            const std::string name = path.substr(begin + 1, end - begin - 1);
            if (name.ends_with(".scope") || name.starts_with("user@"))
                return origin;
            if (name.ends_with(".service"))
                origin = {.unit = name, .is_users_unit = path.find("/user@") != std::string::npos};
        }
    }
    return origin;
}

Origin own_origin(bool in_background)
{
    Origin origin = origin_by_cgroup(text_of_file("/proc/self/cgroup").value_or(""));
    origin.in_background = in_background;
    origin.terminal = in_background ? "" : own_terminal();
    if (!in_background)
        origin.parent = printable(name_of_process(::getppid()));
    return origin;
}

std::string in_words(const Origin& origin)
{
    if (!origin.unit.empty())
        return origin.unit;
    if (origin.in_background)
        return "-f";
    if (!origin.terminal.empty())
        return "terminal " + origin.terminal;
    return origin.parent;
}

std::string way_to_start(const Origin& origin)
{
    if (!origin.unit.empty())
        return fmt::format("systemctl {}start {}", origin.is_users_unit ? "--user " : "", origin.unit);
    if (origin.in_background)
        return "by the same command, with -f";
    if (!origin.terminal.empty())
        return fmt::format("by the same command, at {}", origin.terminal);
    if (!origin.parent.empty())
        return fmt::format("by {}, which has started it", origin.parent);
    return "by the same command";
}

std::string own_user_name()
{
    const std::string uid = std::to_string(::geteuid());
    const std::string name = user_in(text_of_file("/etc/passwd").value_or(""), uid);
    return name.empty() ? environment_variable("LOGNAME").value_or(uid) : name;
}

}  // namespace autossh
