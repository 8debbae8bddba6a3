#include "outage/relay.hpp"

#include <algorithm>
#include <cerrno>
#include <exception>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test::outage {

using autossh::UniqueFd;

Relay::Relay(UniqueFd client, UniqueFd server, std::chrono::milliseconds delay) : delay_(delay)
{
    sides_[0].device = std::move(client);
    sides_[1].device = std::move(server);
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        throw std::system_error(errno, std::generic_category(), "socketpair");
    orders_ = UniqueFd(ends[0]);
    obeying_ = UniqueFd(ends[1]);
    thread_ = std::thread(&Relay::run, this);
}

Relay::~Relay()
{
    command(Kind::stop, 0);
    thread_.join();
}

void Relay::command(Kind kind, int value)
{
    const Command order{kind, value};
    char done = 0;
    if (send(orders_.get(), &order, sizeof order, MSG_NOSIGNAL) != static_cast<ssize_t>(sizeof order) ||
        recv(orders_.get(), &done, 1, 0) != 1)
        std::terminate();  // the thread at the other end has no way to go but at our order
}

void Relay::run()
{
    for (;;) {
        for (Side& side : sides_)
            deliver(side);
        wait();
        take(sides_[0], sides_[1]);
        take(sides_[1], sides_[0]);
        Command order{};
        while (recv(obeying_.get(), &order, sizeof order, MSG_DONTWAIT) ==
               static_cast<ssize_t>(sizeof order)) {
            obey(order);
            static_cast<void>(send(obeying_.get(), "", 1, MSG_NOSIGNAL));
            if (order.kind == Kind::stop)
                return;
        }
    }
}

void Relay::obey(const Command& command)
{
    switch (command.kind) {
    case Kind::lose: loss_ = command.value; break;
    case Kind::cut: is_cut_ = command.value != 0; break;
    case Kind::hold: holds_ = command.value != 0; break;
    case Kind::forget: flows_.clear(); break;
    case Kind::stop: break;
    }
}

/// Until something comes, or is due.
void Relay::wait() const
{
    std::array<pollfd, 3> inputs{pollfd{sides_[0].device.get(), POLLIN, 0},
                                 pollfd{sides_[1].device.get(), POLLIN, 0},
                                 pollfd{obeying_.get(), POLLIN, 0}};
    timespec limit{};
    const auto due = next_due();
    if (due) {
        const auto left = std::max(Clock::duration::zero(), *due - Clock::now());
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
        limit.tv_sec = static_cast<time_t>(seconds.count());
        limit.tv_nsec = std::chrono::nanoseconds(left - seconds).count();
    }
    ppoll(inputs.data(), inputs.size(), due ? &limit : nullptr, nullptr);
}

std::optional<Relay::Clock::time_point> Relay::next_due() const
{
    std::optional<Clock::time_point> first;
    for (const Side& side : sides_)
        if (!holds_ && !side.arriving.empty() && (!first || side.arriving.front().due < *first))
            first = side.arriving.front().due;
    return first;
}

void Relay::take(const Side& from, Side& to)
{
    std::array<unsigned char, 65536> buffer{};
    for (ssize_t size; (size = read(from.device.get(), buffer.data(), buffer.size())) > 0;) {
        Packet packet(buffer.begin(), buffer.begin() + size);
        if (passes(packet))
            to.arriving.push_back({Clock::now() + delay_, std::move(packet)});
    }
}

void Relay::deliver(Side& side) const
{
    while (!holds_ && !side.arriving.empty() && side.arriving.front().due <= Clock::now()) {
        const Packet& packet = side.arriving.front().packet;
        // A device that is down takes nothing: the packet is lost.
        static_cast<void>(!write(side.device.get(), packet.data(), packet.size()));
        side.arriving.pop_front();
    }
}

bool Relay::passes(const Packet& packet)
{
    if (!is_ipv4(packet) || is_cut_)
        return false;
    if (loss_ > 0 && std::uniform_int_distribution<>(0, 99)(random_) < loss_)
        return false;
    const auto flow = flow_of(packet);
    if (!flow)
        return true;
    if (begins_flow(packet))
        flows_.insert(*flow);
    return flows_.contains(*flow);
}

}  // namespace autossh_test::outage
