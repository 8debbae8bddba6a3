// Asks the server whose a port of its 127.0.0.1 is.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/ssh/configured_forward.hpp"
#include "autossh/ssh/mux_client.hpp"

#include <functional>
#include <memory>

namespace autossh {

enum class LoopbackOwner {
    ours,      ///< a connection to it has come back through the forward
    stranger,  ///< none has
    nobody,    ///< the server connects to nobody there, or does not do so for us
    unknown,   ///< ssh or the server has not answered
};

/// For a verdict: sshd sends what comes to its listener before it answers the next request, and the one after
/// that is for what we have not read yet.
inline constexpr int questions_for_verdict = 3;

/// Has the server connect to `place`, so many times at most. `comes_back`: a connection from there has come,
/// as ssh's log tells; nothing: the question is given up. A stranger's program sees connections that say
/// nothing.
Awaitable<LoopbackOwner> owner_of_loopback(Executor executor, std::shared_ptr<MuxClient> master,
                                           ForwardPlace place, int questions,
                                           std::function<std::optional<bool>()> comes_back);

}  // namespace autossh
