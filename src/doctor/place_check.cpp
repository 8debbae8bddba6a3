#include "autossh/doctor/place_check.hpp"

#include "autossh/doctor/told_cause.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <sys/un.h>

namespace autossh {

namespace {

constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

Finding told_place(const PlaceLook& look, Cause cause, const std::string& told)
{
    const std::string subject = look.path.empty() ? std::to_string(look.port) : look.path;
    return told_cause(look.is_needed ? Grade::fail : Grade::warn, "forward", cause,
                      {{"told", fmt::format("{}: {}", look.forward, told)}, {"subject", subject}});
}

Finding judge_path(const PlaceLook& look)
{
    if (look.path.size() > longest_path)
        return told_place(look, Cause::local_socket_failed,
                          fmt::format("the path of a socket has {} bytes at most", longest_path));
    if (look.no_directory)
        return told_place(look, Cause::local_socket_failed,
                          fmt::format("no socket can be made at {}", look.path));
    if (look.error == 0 || look.is_ours)
        return fine("forward", fmt::format("{} can be had", look.forward));
    if (look.is_listened_to)
        return told_place(look, Cause::local_socket_taken,
                          fmt::format("somebody else listens at {}", look.path));
    if (look.unlinks)
        return fine("forward", fmt::format("{}: the old socket goes (StreamLocalBindUnlink)", look.forward));
    return told_place(look, Cause::local_socket_taken, fmt::format("{} is there already", look.path));
}

}  // namespace

Findings place_findings(const PlaceLook& look)
{
    if (!look.path.empty())
        return {judge_path(look)};
    if (look.error == 0 || look.is_ours)
        return {fine("forward", look.is_ours ? fmt::format("{} is ours", look.forward)
                                             : fmt::format("{} is free", look.forward))};
    if (look.error == EACCES)
        return {told_place(look, Cause::local_privileged_port, "")};
    if (look.error == EADDRNOTAVAIL)
        return {told_place(look, Cause::local_address_missing,
                           fmt::format("this machine has no address {}", look.address))};
    if (look.error != EADDRINUSE)
        return {told_place(look, Cause::local_port_taken, std::strerror(look.error))};
    return {
        told_place(look, Cause::local_port_taken,
                   look.holder.empty() ? "it is in use" : fmt::format("it is in use by {}", look.holder))};
}

}  // namespace autossh
