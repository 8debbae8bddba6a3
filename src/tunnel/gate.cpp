#include "autossh/tunnel/gate.hpp"

#include <algorithm>
#include <iterator>
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

bool Gate::Turn::has_come()
{
    if (through_)
        return true;
    const std::list<Turn*>& queue = gate_.queues_.at(key_);
    const auto before =
        static_cast<std::size_t>(std::distance(queue.begin(), std::list<Turn*>::const_iterator(place_)));
    through_ = before < gate_.most_;
    return through_;
}

}  // namespace autossh
