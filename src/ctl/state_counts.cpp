#include "autossh/ctl/state_counts.hpp"

#include "autossh/ctl/columns.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Of a state, by the best of the tunnels in it: "up" comes first, "stopped" last.
struct StateCount {
    std::size_t place = 0;
    std::size_t number = 0;
};

}  // namespace

std::string counted_states(std::span<const TunnelFacts* const> tunnels)
{
    constexpr std::array<std::string_view, 4> places{"up", "impaired", "down", "stopped"};
    std::map<std::string, StateCount> counts;
    for (const TunnelFacts* const tunnel : tunnels) {
        const auto place =
            static_cast<std::size_t>(std::ranges::find(places, tunnel->health) - places.begin());
        StateCount& count = counts.try_emplace(state_for_table(*tunnel), StateCount{place}).first->second;
        count.place = std::min(count.place, place);
        ++count.number;
    }
    std::vector<std::pair<std::string, StateCount>> in_order(counts.begin(), counts.end());
    std::ranges::stable_sort(in_order, {}, [](const auto& state) { return state.second.place; });
    std::string words;
    for (const auto& [state, count] : in_order)
        words += fmt::format("{}{} {}", words.empty() ? ": " : ", ", count.number, state);
    return words;
}

}  // namespace autossh
