#include "autossh/tunnel/knocks.hpp"

#include <algorithm>
#include <vector>

namespace autossh {

Knocks::Wait::Wait(Knocks& knocks, const std::string& address, std::uint16_t port, Time since, bool is_quiet,
                   std::function<void()> on_open)
    : knocks_(knocks), place_(address, port), since_(since), is_quiet_(is_quiet), on_open_(std::move(on_open))
{
    std::list<Wait*>& waits = knocks_.doors_[place_].waits;
    here_ = waits.insert(waits.end(), this);
    knocks_.look(place_);
}

Knocks::Wait::~Wait()
{
    const auto door = knocks_.doors_.find(place_);
    door->second.waits.erase(here_);
    knocks_.look(place_);
    if (door->second.waits.empty())
        knocks_.doors_.erase(door);
}

void Knocks::Wait::set_quiet(bool is_quiet)
{
    if (std::exchange(is_quiet_, is_quiet) != is_quiet)
        knocks_.look(place_);
}

void Knocks::look(const Place& place)
{
    Door& door = doors_.at(place);
    std::optional<Time> since;
    for (const Wait* const wait : door.waits)
        if (!wait->is_quiet_ && !wait->was_told_)
            since = std::max(since, std::optional(wait->since_));
    if (!since) {
        door.probe.reset();
        return;
    }
    if (door.probe && !door.is_open && door.since >= *since)
        return;
    door.since = *since;
    door.is_open = false;
    door.probe.emplace(executor_, place.first, place.second, *since, [this, place] { opened(place); });
}

/// Those who are told may be gone with one of the calls, and come back for another knock.
void Knocks::opened(const Place& place)
{
    Door& door = doors_.at(place);
    door.is_open = true;
    std::vector<std::function<void()>> told;
    for (Wait* const wait : door.waits)
        if (!wait->is_quiet_ && !std::exchange(wait->was_told_, true))
            told.push_back(wait->on_open_);
    for (const auto& tell : told)
        tell();
}

}  // namespace autossh
