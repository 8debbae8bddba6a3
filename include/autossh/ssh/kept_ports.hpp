// The ports that the server chooses for -R 0, from one ssh to the next. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ssh/forward.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace autossh {

/// Manual, "Refused forwards". Of one tunnel.
class KeptPorts {
public:
    struct Wanted {
        ConfiguredForward forward;   ///< the -R 0
        std::uint16_t has = 0;       ///< the port that it has in this session,
        std::uint16_t had_once = 0;  ///< and the one that it is to have again
    };

    /// What is known of this session's forwards by now. What a forward had first is kept, until it could not
    /// be had for `limit`: then what it has in its place. (Of two with the same words nothing is: they cannot
    /// be told apart.)
    void note(std::span<const Forward> forwards, Time now, Duration limit);
    /// Those that have another port in this session than before.
    std::vector<Wanted> wanted(std::span<const Forward> forwards) const;
    /// The port of this -R 0 that is kept. Nothing: none yet.
    std::optional<std::uint16_t> port_of(const ConfiguredForward& forward) const;
    /// It cannot be had just now. True: this is the first time since it was lost.
    bool refused(const Wanted& wanted, Time now);

private:
    struct Kept {
        ConfiguredForward forward;
        std::uint16_t port = 0;
        std::optional<Time> refused_since = std::nullopt;
    };

    Kept* find(const ConfiguredForward& forward);
    const Kept* find(const ConfiguredForward& forward) const;

    std::vector<Kept> kept_;
};

/// The same forward with that port.
ConfiguredForward with_port(ConfiguredForward forward, std::uint16_t port);

}  // namespace autossh
