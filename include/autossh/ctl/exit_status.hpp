// The exit statuses of autosshctl, which scripts read: autosshctl(1), "Exit status". Pure.
#pragma once

#include "autossh/ctl/seen.hpp"

#include <span>

namespace autossh {

namespace ctl_exit {
inline constexpr int up = 0;
inline constexpr int impaired = 1;
inline constexpr int down = 2;
inline constexpr int refused = 1;  ///< of an order
inline constexpr int no_such_tunnel = 4;
inline constexpr int usage = 64;
inline constexpr int configuration = 65;
inline constexpr int no_daemon = 69;
inline constexpr int system_error = 71;
inline constexpr int not_in_time = 75;
inline constexpr int not_permitted = 77;
}  // namespace ctl_exit

/// How many tunnels are how well.
struct HealthCounts {
    std::size_t up = 0;
    std::size_t impaired = 0;
    std::size_t down = 0;
    std::size_t stopped = 0;

    std::size_t wanted() const { return up + impaired + down; }
    int exit_status() const;
};

/// A process that does not answer counts as a tunnel that is down: nobody knows that it is not.
HealthCounts counts_of(std::span<const SeenDaemon> daemons);

}  // namespace autossh
