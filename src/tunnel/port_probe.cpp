#include "autossh/tunnel/port_probe.hpp"

#include <algorithm>
#include <utility>

#include <netinet/in.h>

namespace autossh {

namespace {

constexpr Duration shortest_interval = std::chrono::milliseconds(500);
constexpr Duration longest_interval = std::chrono::seconds(10);
// A firewall that limits new connections allows some six in 30 s, refuses all others, and counts those too.
constexpr Duration patient_interval = std::chrono::seconds(8);
constexpr Duration short_outage = std::chrono::minutes(2);
constexpr Duration longest_round_trip = std::chrono::seconds(3);

}  // namespace

Duration probe_interval(Duration since)
{
    const Duration hundredth = since / 100;
    if (since < short_outage)
        return std::max(hundredth, shortest_interval);
    return std::clamp(hundredth, patient_interval, longest_interval);
}

PortProbe::PortProbe(const Executor& executor, const std::string& address, std::uint16_t port, Time since,
                     std::function<void()> on_open)
    : executor_(executor), address_(SocketAddress::from_literal(address, port)), on_open_(std::move(on_open)),
      next_probe_(executor, [this] { probe(); }), since_(since)
{
    if (address_)
        wait();
}

void PortProbe::probe()
{
    drop_old_attempts();
    try_to_connect();
    wait();
}

void PortProbe::wait()
{
    next_probe_.set_after(probe_interval(std::chrono::duration_cast<Duration>(Clock::now() - since_)));
}

void PortProbe::drop_old_attempts()
{
    // Closed here and forgotten in finished(), which they still come to.
    boost::system::error_code ignored;
    for (Attempt& attempt : attempts_)
        if (Clock::now() - attempt.start >= longest_round_trip)
            attempt.socket.close(ignored);
}

void PortProbe::try_to_connect()
{
    UniqueFd fd = open_socket(address_->family(), SOCK_STREAM);
    if (!fd)
        return;  // for want of descriptors, say: later, then
    const boost::asio::generic::stream_protocol protocol(address_->family(), IPPROTO_TCP);
    Socket socket(executor_);
    boost::system::error_code error;
    socket.assign(protocol, fd.get(), error);
    if (error)
        return;
    fd.release();

    const auto attempt = attempts_.insert(attempts_.end(), Attempt{Clock::now(), std::move(socket)});
    const boost::asio::generic::stream_protocol::endpoint there(address_->get(), address_->size());
    attempt->socket.async_connect(
        there, lifetime_.guarded([this, attempt](const boost::system::error_code& failure) {
            finished(attempt, failure);
        }));
}

void PortProbe::finished(std::list<Attempt>::iterator attempt, const boost::system::error_code& error)
{
    const bool open = !error && attempt->socket.is_open() && !is_connected_to_itself(attempt->socket);
    attempts_.erase(attempt);
    if (!open)
        return;
    // Those still under way come to nobody any more.
    lifetime_.renew();
    attempts_.clear();
    next_probe_.cancel();
    on_open_();
}

}  // namespace autossh
