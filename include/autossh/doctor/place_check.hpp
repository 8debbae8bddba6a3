// Whether what listens on this machine can listen there: ports and Unix sockets of -L and -D, and -M. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <cstdint>
#include <string>

namespace autossh {

struct PlaceLook {
    std::string forward = {};  ///< "-L 8080"
    std::string address = {};  ///< of a port
    std::uint16_t port = 0;
    std::string path = {};        ///< in place of a port
    int error = 0;                ///< of a bind(2); 0: it is free
    bool is_ours = false;         ///< the tunnel's own ssh has it
    std::string holder = {};      ///< "pid 123 (python3)"; empty: not known
    bool unlinks = false;         ///< StreamLocalBindUnlink: what is at the path goes
    bool is_listened_to = false;  ///< somebody takes connections at the path
    bool no_directory = false;    ///< that of the path is not there, or not writable
    bool is_needed = true;        ///< false: the tunnel comes up without it
};

Findings place_findings(const PlaceLook& look);

}  // namespace autossh
