// Asks the server whose a port of its 127.0.0.1 is, and has it ours.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/ssh/configured_forward.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/ssh/probe_lines.hpp"

#include <functional>
#include <memory>
#include <optional>

namespace autossh {

enum class LoopbackOwner {
    ours,       ///< a connection to it has come back through the forward
    stranger,   ///< it is taken by somebody else
    nobody,     ///< nobody listens there
    forbidden,  ///< the server connects to nobody there for us
    unknown,    ///< ssh or the server has not answered
};

/// What ssh's log tells by now of a connection from the server.
struct ProbeSight {
    bool comes_back = false;
    std::optional<ProbeLines::Failure> failure = std::nullopt;
};

/// Has the server connect to `place` once. `look`: nothing, the question is given up.
Awaitable<LoopbackOwner> owner_of_loopback(Executor executor, std::shared_ptr<MuxClient> master,
                                           ForwardPlace place,
                                           std::function<std::optional<ProbeSight>()> look);

/// Where the port is free now, closes the forward, which has ::1 alone, and opens it again for both; a
/// stranger is not connected to for that. `is_wanted`: it is still, or else it is closed; nothing: it is
/// given up. True: it is granted.
Awaitable<bool> have_loopback(std::shared_ptr<MuxClient> master, ConfiguredForward forward,
                              std::function<std::optional<bool>()> is_wanted);

}  // namespace autossh
