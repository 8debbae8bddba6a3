#include "autossh/tunnel/offered_link.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/private_directory.hpp"
#include "autossh/system/safe_place.hpp"

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr const char* not_ours = "it is neither a socket nor a link of autossh's, and is left alone";

std::string message(int error)
{
    return std::generic_category().message(error);
}

FoundAtPath strange(std::string reason)
{
    return {AtPath::strange, std::move(reason)};
}

FoundAtPath look_behind_link(const std::string& path, const std::string& socket)
{
    const std::optional<std::string> target = link_target(path);
    if (!target)
        return strange(message(errno));
    if (*target == socket)
        return {AtPath::our_link, ""};
    if (takes_connections(path))
        return {AtPath::answered, ""};
    return PrivateDirectory::is_in_one(*target) ? FoundAtPath{AtPath::old_link, ""} : strange(not_ours);
}

}  // namespace

FoundAtPath look_at_path(const std::string& path, const std::string& socket)
{
    struct stat status {};
    if (::lstat(path.c_str(), &status) < 0)
        return errno == ENOENT ? FoundAtPath{} : strange(message(errno));
    if (S_ISLNK(status.st_mode))
        return look_behind_link(path, socket);
    if (!S_ISSOCK(status.st_mode))
        return strange(not_ours);
    if (takes_connections(path))
        return {AtPath::answered, ""};
    return errno == ECONNREFUSED ? FoundAtPath{AtPath::dead_socket, ""} : strange(message(errno));
}

std::string make_link(const std::string& path, const std::string& socket)
{
    return ::symlink(socket.c_str(), path.c_str()) == 0 ? "" : message(errno);
}

std::string replace_by_link(const std::string& path, const std::string& socket)
{
    const std::string beside = fmt::format("{}.{}", path, ::getpid());
    ::unlink(beside.c_str());
    std::string error = make_link(beside, socket);
    if (error.empty() && ::rename(beside.c_str(), path.c_str()) < 0) {
        error = message(errno);
        ::unlink(beside.c_str());
    }
    return error;
}

void remove_link(const std::string& path, const std::string& socket)
{
    if (link_target(path) == socket)
        ::unlink(path.c_str());
}

Offer checked(Offer offer)
{
    if (offer.path.empty())
        return offer;
    const SafePlace place = own_place(std::string(directory_part(offer.path)));
    const std::string name = offer.path.substr(offer.path.rfind('/') + 1);
    std::string reason = place.complaint;
    if (place && (name.empty() || name == "." || name == ".."))
        reason = message(EISDIR);
    const std::string path = fmt::format("{}{}{}", place.path, place.path.ends_with('/') ? "" : "/", name);
    if (reason.empty())
        reason = look_at_path(path, "").reason;
    if (reason.empty())
        return {.path = path, .mistake = "", .reason_against = ""};
    return {.path = "",
            .mistake = fmt::format("--share: nothing can be offered at {}: {}", one_line(offer.path), reason),
            .reason_against = ""};
}

}  // namespace autossh
