#include "autossh/system/course.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/system/network_messages.hpp"
#include "autossh/system/route.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>

#ifdef __linux__
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#endif

namespace autossh {

namespace {

constexpr char open_mark = '+';

#ifdef __linux__

std::span<const std::byte> bytes_of(const SocketAddress& address)
{
    const sockaddr* const raw = address.get();
    if (address.family() == AF_INET)
        return std::as_bytes(std::span(&reinterpret_cast<const sockaddr_in*>(raw)->sin_addr, 1));
    return std::as_bytes(std::span(&reinterpret_cast<const sockaddr_in6*>(raw)->sin6_addr, 1));
}

/// The question about one route. It fits whatever the address.
struct RouteQuestion {
    nlmsghdr header{};
    rtmsg route{};
    std::array<std::byte, 64> attributes{};
};

void add_attribute(RouteQuestion& question, unsigned short type, std::span<const std::byte> value)
{
    rtattr attribute{};
    attribute.rta_type = type;
    attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size()));
    const std::size_t used = question.header.nlmsg_len - NLMSG_LENGTH(sizeof question.route);
    std::memcpy(question.attributes.data() + used, &attribute, sizeof attribute);
    std::memcpy(question.attributes.data() + used + sizeof attribute, value.data(), value.size());
    question.header.nlmsg_len += static_cast<unsigned>(RTA_SPACE(value.size()));
}

RouteQuestion question_about(const SocketAddress& server, const std::optional<SocketAddress>& from)
{
    RouteQuestion question;
    question.header.nlmsg_type = RTM_GETROUTE;
    question.header.nlmsg_flags = NLM_F_REQUEST;
    question.header.nlmsg_len = NLMSG_LENGTH(sizeof question.route);
    question.route.rtm_family = static_cast<unsigned char>(server.family());
    const auto destination = bytes_of(server);
    question.route.rtm_dst_len = static_cast<unsigned char>(destination.size() * 8);
    add_attribute(question, RTA_DST, destination);
    if (from && from->family() == server.family()) {
        question.route.rtm_src_len = question.route.rtm_dst_len;
        add_attribute(question, RTA_SRC, bytes_of(*from));
    }
    return question;
}

std::optional<std::string> asked_of_kernel(const SocketAddress& server,
                                           const std::optional<SocketAddress>& from)
{
    const UniqueFd fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    const RouteQuestion question = question_about(server, from);
    if (!fd || ::send(fd.get(), &question, question.header.nlmsg_len, 0) < 0)
        return std::nullopt;
    // The kernel has answered when send() returns.
    std::array<std::byte, 4096> answer;
    const ssize_t size = ::recv(fd.get(), answer.data(), answer.size(), 0);
    if (size < 0)
        return std::nullopt;
    return course_in_answer(std::span(answer).first(static_cast<std::size_t>(size)));
}

#else

std::optional<std::string> asked_of_kernel(const SocketAddress&, const std::optional<SocketAddress>&)
{
    return std::nullopt;
}

#endif

}  // namespace

std::optional<std::string> course_to(const Destination& server)
{
    const auto address = SocketAddress::from_literal(server.host, server.port);
    const auto from = SocketAddress::from_literal(server.from, 0);
    if (server.by_proxy || !address || (!server.from.empty() && !from))
        return std::nullopt;
    auto course = asked_of_kernel(*address, from);
    if (course)
        *course += has_route(server) ? open_mark : '-';  // a route outlives the carrier of its interface
    return course;
}

bool is_open(const std::string& course)
{
    return course.ends_with(open_mark);
}

}  // namespace autossh
