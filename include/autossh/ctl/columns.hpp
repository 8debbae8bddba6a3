// What stands in the columns of autosshctl status. Pure.
#pragma once

#include "autossh/ctl/seen.hpp"

#include <string>

namespace autossh {

/// "8 s", "4 m 10s", "40 m", "3 h 12m", "9 d 04h", "120 d".
std::string time_for_table(Seconds time);

/// "<1ms", "23ms", "1.2s"; "-" for nothing.
std::string round_trip_for_table(const std::optional<Seconds>& time);

/// "99.98%": cut, so that 100.00% is all of it; "-" for nothing.
std::string part_for_table(const std::optional<double>& part);

/// The state as a person writes it: "gave up".
std::string state_for_table(const TunnelFacts& tunnel);

/// Why it is not up, or what it forwards. `wide`: with what helps.
std::string detail_for_table(const TunnelFacts& tunnel, WallTime now, bool wide);

/// Of a process with one tunnel: its pid, what has started it, and the cause where it is not up.
std::string single_detail_for_table(const SeenDaemon& daemon, const TunnelFacts& tunnel, WallTime now,
                                    bool wide);

/// With the colour of that health around it, for a terminal.
std::string coloured(const std::string& state, const std::string& health);

/// The smaller, the worse.
int rank_for_table(const TunnelFacts& tunnel);

}  // namespace autossh
