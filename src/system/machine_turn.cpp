#include "autossh/system/machine_turn.hpp"

#include "autossh/base/random.hpp"
#include "autossh/base/socket_address.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

namespace autossh {

namespace {

UniqueFd socket_named(const std::string& name)
{
    const auto address = UnixAddress::of_name("@autossh-" + name);
    UniqueFd socket = open_socket(AF_UNIX, SOCK_DGRAM);
    if (address && socket && ::bind(socket.get(), address->get(), address->size()) == 0)
        return socket;
    return {};
}

}  // namespace

MachineTurn::MachineTurn(std::string name, Duration kept, Duration longest_wait)
    : name_(std::move(name)), kept_(kept), longest_wait_(longest_wait)
{}

bool MachineTurn::take(Time now)
{
    look(now);
    if (now < next_try_)
        return false;
    if (socket_ = socket_named(name_); !socket_) {
        postpone(now);
        return false;
    }
    next_try_ = ends_ = now + kept_;
    return true;
}

void MachineTurn::postpone(Time now)
{
    give_back();
    wait_ = std::clamp(2 * wait_, kept_, longest_wait_);
    const auto by_chance = static_cast<double>(random_number()) / std::numeric_limits<std::uint32_t>::max();
    next_try_ = now + std::chrono::duration_cast<Duration>(wait_ * (0.5 + by_chance));
}

void MachineTurn::give_back()
{
    socket_ = {};
    ends_ = never;
    next_try_ = {};
}

void MachineTurn::look(Time now)
{
    if (now < ends_)
        return;
    give_back();
    wait_ = {};
}

}  // namespace autossh
