#include "autossh/program/observer_socket.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/socket_address.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

ObserverSocket::ObserverSocket(const Executor& executor, const std::string& path, const std::string& group,
                               std::function<void(StreamSocket)> on_client)
    : path_(path), owner_(::getpid()), listener_(executor, std::move(on_client))
{
    if (takes_connections(path))
        throw ConfigError(
            fmt::format("observers: another process has {}: give each its own directory", path));
    const struct group* const its = ::getgrnam(group.c_str());
    if (its == nullptr)
        throw ConfigError(fmt::format("observers: there is no group \"{}\"", group));
    if (!listener_.listen(path))
        throw ConfigError(fmt::format("observers: cannot listen on {}: {}", path, std::strerror(errno)));
    constexpr mode_t for_group = S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP;
    if (::chown(path.c_str(), static_cast<uid_t>(-1), its->gr_gid) < 0 ||
        ::chmod(path.c_str(), for_group) < 0) {
        const int reason = errno;
        ::unlink(path.c_str());
        throw ConfigError(
            fmt::format("observers: cannot give {} to the group \"{}\": {}; our user must be in it "
                        "(SupplementaryGroups= in the unit)",
                        path, group, std::strerror(reason)));
    }
}

ObserverSocket::~ObserverSocket()
{
    if (::getpid() == owner_)
        ::unlink(path_.c_str());
}

std::string observer_path(const Environment& environment)
{
    const std::string directories = environment("RUNTIME_DIRECTORY").value_or("");
    const std::string first = directories.substr(0, directories.find(':'));
    return first.empty() ? "" : first + "/observe";
}

std::string reason_against_observers(const std::string& group, const Environment& environment)
{
    if (::getgrnam(group.c_str()) == nullptr)
        return fmt::format("there is no group \"{}\"", group);
    return observer_path(environment).empty()
               ? "there is no RUNTIME_DIRECTORY for the socket: it is for a service (RuntimeDirectory=)"
               : "";
}

}  // namespace autossh
