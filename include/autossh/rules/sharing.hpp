// --share: when the tunnel's control socket is offered to other ssh, and what is done with what stands at its
// path. Pure.
#pragma once

#include "autossh/rules/state.hpp"

#include <cstddef>
#include <string>

namespace autossh {

/// What is known of an ssh that is a multiplexing master.
struct MasterFacts {
    State state = State::starting;
    bool is_stopped = false;      ///< by a signal
    bool is_silent = false;       ///< it has not answered the last time it was asked
    bool has_its_socket = false;  ///< it has made it, and has not been told to stop listening
};

/// Manual, "Sharing": whoever came in by its socket would be served at once.
bool may_be_offered(const MasterFacts& facts);

/// What stands at the path where it is offered.
enum class AtPath {
    nothing,
    our_link,  ///< as this ssh wants it
    old_link,  ///< an autossh's, behind which nobody answers
    dead_socket,
    answered,  ///< by another master: its own socket, or the link of another autossh
    strange,   ///< neither a socket nor a link of ours, or not to be seen
};

enum class PathStep {
    make,     ///< a link, where there must be nothing
    replace,  ///< what is there, by a link
    keep,     ///< all is well
    wait,     ///< nothing is taken from its owner: looked at again
    leave,    ///< it is not ours to touch
};

PathStep step_at(AtPath what);

/// For the state: "shared", "shared with 2 sessions", or of a tunnel that is not offered now, "2 sessions
/// share it". Empty: neither. `users`: how many connections other ssh have to the socket.
std::string sharing_in_words(bool is_offered, std::size_t users);

}  // namespace autossh
