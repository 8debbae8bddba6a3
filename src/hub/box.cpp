#include "autossh/hub/box.hpp"

#include <array>

namespace autossh {

std::string_view name(BoxState state)
{
    constexpr std::array<std::string_view, 5> names{"alive", "late", "lost", "awaited", "unexpected"};
    return names[static_cast<std::size_t>(state)];
}

BoxState Box::state_at(Time now, const HubSettings& rules) const
{
    if (is_unexpected)
        return BoxState::unexpected;
    const auto silence = now - counted_from;
    if (lost_since || silence >= cadence.lost_after(rules))
        return BoxState::lost;
    if (is_awaited)
        return BoxState::awaited;
    return silence >= cadence.late_after(rules) ? BoxState::late : BoxState::alive;
}

Time Box::next_change(const HubSettings& rules) const
{
    switch (told) {
    case BoxState::alive: return counted_from + cadence.late_after(rules);
    case BoxState::late:
    case BoxState::awaited: return counted_from + cadence.lost_after(rules);
    case BoxState::lost:
    case BoxState::unexpected: break;
    }
    return never;
}

}  // namespace autossh
