#include "autossh/hook/call_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace autossh {

namespace {

bool share_a_subject(const HookCall& one, const HookCall& other)
{
    const auto is_also_in_other = [&](const HookNews& news) {
        return std::ranges::any_of(other.about, [&](const HookNews& its) {
            return its.tunnel == news.tunnel && its.box == news.box;
        });
    };
    return one.hook->name == other.hook->name && std::ranges::any_of(one.about, is_also_in_other);
}

}  // namespace

bool HookCallQueue::add(HookCall call)
{
    const bool has_room =
        queued_.size() < most_queued && subjects_queued_ + call.about.size() <= most_subjects_queued;
    if (!has_room && !queued_.empty())
        return false;
    subjects_queued_ += call.about.size();
    queued_.push_back(std::move(call));
    return true;
}

std::optional<HookCallQueue::Started> HookCallQueue::start()
{
    if (running_.size() >= most_running)
        return std::nullopt;
    for (auto at = queued_.begin(); at != queued_.end(); ++at) {
        const bool must_wait =
            std::ranges::any_of(running_, [&](const Running& it) { return share_a_subject(it.call, *at); }) ||
            std::any_of(queued_.begin(), at, [&](const HookCall& it) { return share_a_subject(it, *at); });
        if (must_wait)
            continue;
        subjects_queued_ -= at->about.size();
        running_.push_back({++last_, std::move(*at)});
        queued_.erase(at);
        return Started{running_.back().number, running_.back().call};
    }
    return std::nullopt;
}

void HookCallQueue::ended(Number number)
{
    std::erase_if(running_, [&](const Running& it) { return it.number == number; });
}

std::size_t HookCallQueue::drop_queued()
{
    subjects_queued_ = 0;
    return std::exchange(queued_, {}).size();
}

}  // namespace autossh
