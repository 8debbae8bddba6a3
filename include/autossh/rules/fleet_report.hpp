// The state of many tunnels in a line. Pure.
#pragma once

#include "autossh/rules/state.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace autossh {

/// How many there are in each state.
class FleetCounts {
public:
    void add(State state) { ++states_[state]; }
    void add_stopped() { ++stopped_; }
    void add_not_started() { ++not_started_; }

    /// "field: 5 tunnels: 3 up, 1 degraded, 1 waiting". `name`: of the fleet.
    std::string in_words(std::string_view name) const;

private:
    std::map<State, std::size_t> states_;
    std::size_t stopped_ = 0;
    std::size_t not_started_ = 0;
};

/// It has been up, or a first try has failed: whoever waits for the start need not wait longer for this one.
bool has_been_tried(const Status& status);

}  // namespace autossh
