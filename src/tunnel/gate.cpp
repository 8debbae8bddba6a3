#include "autossh/tunnel/gate.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

Gate::Turn::Turn(Gate& gate, std::string key, std::function<void()> on_change)
    : gate_(gate), key_(std::move(key)), on_change_(std::move(on_change))
{
    std::list<Turn*>& queue = gate_.queues_[key_];
    place_ = queue.insert(queue.end(), this);
}

Gate::Turn::~Turn()
{
    const auto queue = gate_.queues_.find(key_);
    queue->second.erase(place_);
    const auto next = std::ranges::find(queue->second, false, &Turn::through_);
    if (next != queue->second.end())
        (*next)->on_change_();
    if (queue->second.empty())
        gate_.queues_.erase(queue);
}

bool Gate::Turn::has_come(Time now)
{
    if (through_)
        return true;
    std::size_t before = 0;
    for (const Turn* const other : gate_.queues_.at(key_)) {
        if (other == this)
            break;
        before += other->through_ && other->until_ <= now ? 0 : 1;
    }
    if (before >= gate_.most_)
        return false;
    through_ = true;
    until_ = gate_.longest_ == Duration::max() ? never : now + gate_.longest_;
    return true;
}

Time Gate::Turn::next_look() const
{
    Time next = never;
    for (const Turn* const other : gate_.queues_.at(key_))
        if (other->through_)
            next = std::min(next, other->until_);
    return next;
}

}  // namespace autossh
