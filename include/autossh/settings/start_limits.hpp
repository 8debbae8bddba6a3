// How many log-ins of a process may be going on at a time: autossh-fleet(5), "Starting".
#pragma once

#include <cstddef>

namespace autossh {

struct StartLimits {
    std::size_t in_all = 0;      ///< 0: by the machine, see most_starts()
    std::size_t per_server = 8;  ///< sshd's MaxStartups refuses some from the tenth on, and a person gets in

    bool operator==(const StartLimits&) const = default;
};

/// What `in_all` comes to on a machine with so many processors: a log-in is work for both sides, and more of
/// them at a time make none of them sooner.
constexpr std::size_t most_starts(const StartLimits& limits, std::size_t processors)
{
    constexpr std::size_t least = 8;
    const std::size_t by_machine = 4 * processors > least ? 4 * processors : least;
    return limits.in_all > 0 ? limits.in_all : by_machine;
}

}  // namespace autossh
