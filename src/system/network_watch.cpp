#include "autossh/system/network_watch.hpp"

#include "autossh/base/socket_address.hpp"

#include <array>
#include <cerrno>
#include <utility>

#ifdef __linux__
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#endif

namespace autossh {

namespace {

constexpr std::chrono::milliseconds gathering_time{250};
constexpr int most_reads = 64;  // per turn: a flood of messages must not hold us

#ifdef __linux__

constexpr NetworkNews unknown{true, true};

UniqueFd open_rtnetlink()
{
    UniqueFd fd = open_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups =
        RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
    if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return {};
    return fd;
}

/// Reads one datagram. Nothing when there is no more; `failed` when there never will be.
std::optional<NetworkNews> read_one(int fd, NetworkMessages& messages, bool& failed)
{
    std::array<std::byte, 32 * 1024> buffer;  // twice the most that the kernel puts in one
    const ssize_t size = ::recv(fd, buffer.data(), buffer.size(), MSG_TRUNC);
    if (size > static_cast<ssize_t>(buffer.size()))
        return unknown;
    if (size >= 0)
        return messages.read(std::span(buffer).first(static_cast<std::size_t>(size)));
    if (errno == ENOBUFS)  // it had more to tell than we took in
        return unknown;
    if (errno == EINTR)
        return NetworkNews{};
    failed = errno != EAGAIN;
    return std::nullopt;
}

#else

UniqueFd open_rtnetlink()
{
    return {};
}

std::optional<NetworkNews> read_one(int, NetworkMessages&, bool& failed)
{
    failed = true;
    return std::nullopt;
}

#endif

}  // namespace

NetworkWatch::NetworkWatch(const Executor& executor, std::function<void()> on_event,
                           std::function<void()> on_change)
    : socket_(executor), readable_(socket_, [this] { take(drain()); }),
      gathered_(executor, [this] { look(); }), on_event_(std::move(on_event)),
      on_change_(std::move(on_change))
{
    UniqueFd fd = open_rtnetlink();
    if (!fd)
        return;
    boost::system::error_code error;
    socket_.assign(fd.get(), error);
    if (error)
        return;
    fd.release();
    state_ = network_state();  // after the socket: no change may be missed between
    readable_.start();
}

NetworkNews NetworkWatch::drain()
{
    NetworkNews news;
    bool failed = false;
    for (int reads = 0; reads < most_reads; ++reads) {
        const auto next = read_one(socket_.native_handle(), messages_, failed);
        if (!next)
            break;
        news.may_matter = news.may_matter || next->may_matter;
        news.route_changed = news.route_changed || next->route_changed;
    }
    boost::system::error_code ignored;
    if (failed)
        socket_.close(ignored);
    return news;
}

void NetworkWatch::take(const NetworkNews& news)
{
    if (!news.may_matter)
        return;
    route_changed_ = route_changed_ || news.route_changed;
    if (!std::exchange(gathers_, true))
        gathered_.set_after(gathering_time);
    on_event_();
}

void NetworkWatch::look()
{
    gathers_ = false;
    auto state = network_state();
    const bool changed = std::exchange(route_changed_, false) || state != state_;
    state_ = std::move(state);
    if (changed)
        on_change_();
}

}  // namespace autossh
