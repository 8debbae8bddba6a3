#include "autossh/rules/fleet_report.hpp"

#include <array>

#include <fmt/core.h>

namespace autossh {

std::string FleetCounts::in_words(std::string_view name) const
{
    constexpr std::array order{State::up,       State::degraded,   State::suspect,
                               State::starting, State::connecting, State::authenticated,
                               State::stopping, State::waiting,    State::gave_up};
    std::size_t all = 0;
    std::string words;
    const auto count = [&](std::size_t number, std::string_view what) {
        all += number;
        if (number > 0)
            words += fmt::format("{} {} {}", words.empty() ? ":" : ",", number, what);
    };
    for (const State state : order)
        if (const auto found = states_.find(state); found != states_.end())
            count(found->second, state == State::gave_up ? "gave up" : autossh::name(state));
    count(not_started_, "not started");
    count(stopped_, "stopped");
    return fmt::format("{}: {} tunnel{}{}", name, all, all == 1 ? "" : "s", words);
}

bool has_been_tried(const Status& status)
{
    switch (status.state) {
    case State::up:
    case State::degraded:
    case State::suspect:
    case State::waiting:
    case State::gave_up: return true;
    default: return status.tried_in_vain || !status.trouble.empty() || status.down_since.has_value();
    }
}

}  // namespace autossh
