// The part of ForwardStates that has nothing to do with ssh's log: which forwards there are, in words.
#include "autossh/ssh/forward_states.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t most_told = 8;  // a line has room for

}  // namespace

void ForwardStates::become(std::vector<Forward> forwards)
{
    std::vector<Forward> known = std::exchange(forwards_, std::move(forwards));
    for (Forward& forward : forwards_) {
        const auto same = std::ranges::find_if(known, [&](const Forward& other) {
            return forward.configured && other.is_configured_as(*forward.configured);
        });
        if (same == known.end())
            continue;
        forward.state = same->state;
        forward.allocated = same->allocated;
        forward.is_used_by_ipv4 = same->is_used_by_ipv4;
        known.erase(same);  // of two with the same words each has its own state
    }
    put_in_words();
}

void ForwardStates::put_in_words()
{
    words_.clear();
    for (const Forward& forward : std::span(forwards_).first(std::min(forwards_.size(), most_told)))
        words_ += (words_.empty() ? "" : ", ") + told(forward);
    if (forwards_.size() > most_told)
        words_ += fmt::format(" and {} more", forwards_.size() - most_told);
}

}  // namespace autossh
