#include "autossh/login/caller_message.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

namespace autossh {

namespace {

/// Asio has set it to non-blocking. False: the other side has ended.
bool may_be_tried_again(int socket, short events)
{
    if (errno == EINTR)
        return true;
    pollfd ready{socket, events, 0};
    return errno == EAGAIN && (::poll(&ready, 1, -1) > 0 || errno == EINTR);
}

bool send_all(int socket, std::span<iovec> parts)
{
    while (!parts.empty()) {
        msghdr message{};
        message.msg_iov = parts.data();
        message.msg_iovlen = parts.size();
        const ssize_t sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && !may_be_tried_again(socket, POLLOUT))
            return false;
        auto left = static_cast<std::size_t>(std::max<ssize_t>(sent, 0));
        for (; !parts.empty() && left >= parts.front().iov_len; parts = parts.subspan(1))
            left -= parts.front().iov_len;
        if (!parts.empty()) {
            parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + left;
            parts.front().iov_len -= left;
        }
    }
    return true;
}

/// False: the other side has ended.
bool receive_all(int socket, std::span<char> room)
{
    while (!room.empty()) {
        const ssize_t size = ::recv(socket, room.data(), room.size(), 0);
        if (size == 0 || (size < 0 && !may_be_tried_again(socket, POLLIN)))
            return false;
        room = room.subspan(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    return true;
}

}  // namespace

// Both sides are one program: no other machine reads this.
bool send_message(int socket, CallerMessage message, std::string_view body, std::uint32_t question)
{
    CallerMessageHeader header{message, question, body.size()};
    std::array parts{iovec{&header, sizeof header}, iovec{const_cast<char*>(body.data()), body.size()}};
    return send_all(socket, parts);
}

std::optional<CallerMessageHeader> receive_header(int socket)
{
    std::array<char, sizeof(CallerMessageHeader)> bytes{};
    if (!receive_all(socket, bytes))
        return std::nullopt;
    CallerMessageHeader header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    return header;
}

std::size_t receive_body(int socket, const CallerMessageHeader& header, std::span<char> room)
{
    const std::size_t wanted = std::min(header.size, room.size());
    if (!receive_all(socket, room.first(wanted)))
        return 0;
    std::array<char, 256> dropped{};
    for (std::size_t left = header.size - wanted; left > 0;) {
        const std::size_t part = std::min(left, dropped.size());
        if (!receive_all(socket, std::span(dropped).first(part)))
            return 0;
        left -= part;
    }
    return wanted;
}

}  // namespace autossh
