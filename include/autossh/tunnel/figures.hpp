// Numbers about a tunnel that decide nothing, for those who ask.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/rules/ended_by.hpp"
#include "autossh/rules/round_trips.hpp"

#include <cstdint>
#include <optional>

#include <sys/types.h>

namespace autossh {

struct TunnelFigures {
    RoundTrips round_trips;                  ///< of this session
    std::uint32_t tries_in_vain = 0;         ///< in a row
    std::optional<FailureClass> failure;     ///< of ssh's last end, until the tunnel is well again
    std::optional<EndedBy> ended_by;         ///< the last ssh
    std::optional<std::uint16_t> loop_port;  ///< on the server, of this session's connection tests
    pid_t ssh = 0;                           ///< that runs; 0: none
};

}  // namespace autossh
