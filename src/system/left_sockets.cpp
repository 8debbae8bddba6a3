#include "autossh/system/left_sockets.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/system/tcp_table.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <optional>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Of a line of /proc/net/unix (proc(5)): the name of a socket that listens, if it is one of `inodes`.
std::string name_of_listener(const std::string& line, std::span<const unsigned long> inodes)
{
    constexpr unsigned listens = 0x10000;
    unsigned flags = 0;
    unsigned long inode = 0;
    int name = 0;
    if (std::sscanf(line.c_str(), "%*s %*s %*s %x %*s %*s %lu %n", &flags, &inode, &name) != 2 ||
        (flags & listens) == 0 || std::ranges::find(inodes, inode) == inodes.end())
        return {};
    return line.substr(static_cast<std::size_t>(name));
}

/// A wrapper may have ssh as its child.
std::vector<std::string> names_of_listeners(pid_t process)
{
    std::vector<unsigned long> inodes = socket_inodes(process);
    for (const pid_t descendant : descendants_of(process))
        std::ranges::copy(socket_inodes(descendant), std::back_inserter(inodes));
    const auto text = text_of_file("/proc/net/unix", std::size_t{64} * 1024 * 1024);
    std::vector<std::string> names;
    std::string_view lines = inodes.empty() || !text ? std::string_view() : *text;
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        if (std::string name = name_of_listener(std::string(line), inodes); !name.empty())
            names.push_back(std::move(name));
    }
    return names;
}

/// Nothing: it is no socket of our user's. A link is none.
std::optional<struct stat> own_socket(const std::string& path)
{
    struct stat status {};
    const bool is_one =
        ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) && status.st_uid == ::geteuid();
    return is_one ? std::optional(status) : std::nullopt;
}

bool nobody_answers(const std::string& path)
{
    return !connect_to_socket(path) && errno == ECONNREFUSED;
}

}  // namespace

bool remove_dead_socket(const std::string& path)
{
    return own_socket(path) && nobody_answers(path) && ::unlink(path.c_str()) == 0;
}

void LeftSockets::note(pid_t process, std::span<const std::string> paths)
{
    if (paths.empty())
        return;
    const std::vector<std::string> names = names_of_listeners(process);
    for (const std::string& path : paths) {
        // ssh links the socket of a master to its place from a name with something behind it.
        const bool is_its = std::ranges::any_of(
            names, [&](const std::string& name) { return name == path || name.starts_with(path + "."); });
        if (const auto file = is_its ? own_socket(path) : std::nullopt)
            sockets_[path] = {file->st_dev, file->st_ino};
    }
}

std::vector<std::string> LeftSockets::remove_dead()
{
    std::vector<std::string> removed;
    for (const auto& [path, file] : sockets_) {
        const auto now = own_socket(path);
        const bool is_same = now && now->st_dev == file.device && now->st_ino == file.inode;
        if (is_same && remove_dead_socket(path))
            removed.push_back(path);
    }
    sockets_.clear();
    return removed;
}

}  // namespace autossh
