// One run of a connection test over a loop of two forwardings: the message comes back to a listener of ours.
#pragma once

#include "autossh/heartbeat/probe.hpp"
#include "autossh/settings/settings.hpp"

#include <list>

namespace autossh {

/// Who else can connect to the listener, and to the entrance.
enum class LoopAccess {
    private_to_us,    ///< nobody but our user: the message is sent at once, one limit holds for the whole
    open_to_machine,  ///< everybody on this machine: the message is sent for a connection, four limits
};

class LoopProbe : public Probe {
public:
    /// `back`: where the message comes back; it lives until cancel().
    LoopProbe(const Executor& executor, Log& log, const Entrance& entrance, Listener& back, LoopAccess access,
              const std::string& message, const TestLimits& limits, Done done);

    void cancel() override;

private:
    using Connection = std::list<StreamSocket>::iterator;

    Awaitable<void> exchange() override;
    Awaitable<void> accept();
    Awaitable<void> offer(Connection connection);
    void wait_for_connection(Duration limit);

    Listener& back_;
    LoopAccess access_;
    Duration first_connection_;         ///< how long it may take
    std::list<StreamSocket> incoming_;  ///< accepted, and not yet found wrong
    Timer no_connection_;               ///< nothing to read from
    Timer whole_test_;                  ///< bounds what strangers can draw out
    int sent_ = 0;
    int failed_ = 0;  ///< connections that did not bring our message
};

/// What is thrown where the listener of a loop cannot be made: "bind on NAME: REASON".
ConfigError cannot_bind(const std::string& name, const boost::system::error_code& error);

}  // namespace autossh
