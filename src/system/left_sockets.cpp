#include "autossh/system/left_sockets.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/system/tcp_table.hpp"
#include "autossh/system/unix_table.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// A wrapper may have ssh as its child.
std::vector<std::string> names_of_listeners(pid_t process)
{
    std::vector<unsigned long> inodes = socket_inodes(process);
    for (const pid_t descendant : descendants_of(process))
        std::ranges::copy(socket_inodes(descendant), std::back_inserter(inodes));
    std::vector<std::string> names;
    if (inodes.empty())
        return names;
    for (UnixSocket& socket : unix_sockets().value_or(std::vector<UnixSocket>()))
        if (socket.listens && std::ranges::find(inodes, socket.inode) != inodes.end())
            names.push_back(std::move(socket.name));
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
