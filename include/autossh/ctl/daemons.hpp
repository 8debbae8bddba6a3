// Finds the autosshs that run, as autossh --check does.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ctl/seen.hpp"

#include <string>
#include <vector>

namespace autossh {

/// What is waited for an answer.
inline constexpr Duration answer_is_due = std::chrono::seconds(2);

struct DaemonsAround {
    std::vector<SeenDaemon> daemons = {};  ///< fleets first, then by name
    bool others_run = false;               ///< of another user's, who may be asked by himself alone
};

/// Asks all that are there and may be believed: what is in a directory of our user's, or of a service. Where
/// that is closed to us, its observers' socket is asked.
DaemonsAround look_around(const std::vector<std::string>& places, Duration limit);

}  // namespace autossh
