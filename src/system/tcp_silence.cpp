#include "autossh/system/tcp_silence.hpp"

#ifdef __linux__

#include "autossh/base/socket_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <system_error>

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>

namespace autossh {

namespace {

struct Request {
    nlmsghdr header{};
    inet_diag_req_v2 body{};
};

template <typename Number>
bool read_hexadecimal(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    return error == std::errc() && end == text.data() + text.size();
}

/// "0100007F:0016": the address in words as the machine has them, the port in the usual order.
bool read_end(std::string_view text, __be32 (&address)[4], __be16& port)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || (colon != 8 && colon != 32))
        return false;
    for (std::size_t word = 0; word < colon / 8; ++word)
        if (!read_hexadecimal(text.substr(word * 8, 8), address[word]))
            return false;
    std::uint16_t number = 0;
    if (!read_hexadecimal(text.substr(colon + 1), number))
        return false;
    port = htons(number);
    return true;
}

std::optional<Request> request_for(std::string_view local, std::string_view remote)
{
    Request request;
    inet_diag_sockid& id = request.body.id;
    if (!read_end(local, id.idiag_src, id.idiag_sport) || !read_end(remote, id.idiag_dst, id.idiag_dport))
        return std::nullopt;
    id.idiag_cookie[0] = id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    request.body.sdiag_family = local.find(':') == 8 ? AF_INET : AF_INET6;
    request.body.sdiag_protocol = IPPROTO_TCP;
    request.body.idiag_ext = 1 << (INET_DIAG_INFO - 1);
    request.header.nlmsg_len = sizeof request;
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST;
    return request;
}

/// The fixed part about the one socket in the answer.
std::optional<inet_diag_msg> message_in(std::span<const std::byte> answer)
{
    nlmsghdr header{};
    inet_diag_msg message{};
    if (answer.size() < NLMSG_HDRLEN + sizeof message)
        return std::nullopt;
    std::memcpy(&header, answer.data(), sizeof header);
    if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY)  // an error: no such socket, or no such module
        return std::nullopt;
    std::memcpy(&message, answer.data() + NLMSG_HDRLEN, sizeof message);
    return message;
}

/// The attribute INET_DIAG_INFO of the one socket in the answer.
std::optional<tcp_info> info_in(std::span<const std::byte> answer)
{
    if (!message_in(answer))
        return std::nullopt;
    std::size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(inet_diag_msg));
    while (at + sizeof(rtattr) <= answer.size()) {
        rtattr attribute{};
        std::memcpy(&attribute, answer.data() + at, sizeof attribute);
        if (attribute.rta_len < sizeof attribute || at + attribute.rta_len > answer.size())
            return std::nullopt;
        if (attribute.rta_type == INET_DIAG_INFO) {
            tcp_info info{};  // an older kernel's is shorter
            std::memcpy(&info, answer.data() + at + RTA_LENGTH(0),
                        std::min(sizeof info, attribute.rta_len - std::size_t{RTA_LENGTH(0)}));
            return info;
        }
        at += RTA_ALIGN(attribute.rta_len);
    }
    return std::nullopt;
}

using AnswerRoom = std::array<std::byte, 8192>;

/// In `room`; empty: there is none.
std::span<const std::byte> answer_about(std::string_view local, std::string_view remote, AnswerRoom& room)
{
    const auto request = request_for(local, remote);
    const UniqueFd fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    if (!request || !fd || ::send(fd.get(), &*request, sizeof *request, 0) < 0)
        return {};
    const ssize_t size = ::recv(fd.get(), room.data(), room.size(), 0);  // the kernel has answered already
    return std::span(room).first(size > 0 ? static_cast<std::size_t>(size) : 0);
}

}  // namespace

std::optional<Duration> silence_between(std::string_view local, std::string_view remote)
{
    AnswerRoom room;
    const auto info = info_in(answer_about(local, remote, room));
    return info ? std::optional(Duration(info->tcpi_last_data_recv)) : std::nullopt;
}

std::optional<uid_t> owner_between(std::string_view local, std::string_view remote)
{
    AnswerRoom room;
    const auto request = request_for(local, remote);
    const auto message = message_in(answer_about(local, remote, room));
    // Where there is no such connection the answer may be about who listens on the port. One that was closed
    // has no inode any more, and its owner would be told as root.
    const bool is_it = request && message && message->idiag_inode != 0 &&
                       message->id.idiag_sport == request->body.id.idiag_sport &&
                       message->id.idiag_dport == request->body.id.idiag_dport;
    return is_it ? std::optional<uid_t>(message->idiag_uid) : std::nullopt;
}

}  // namespace autossh

#else

namespace autossh {

std::optional<Duration> silence_between(std::string_view, std::string_view)
{
    return std::nullopt;
}

std::optional<uid_t> owner_between(std::string_view, std::string_view)
{
    return std::nullopt;
}

}  // namespace autossh

#endif
