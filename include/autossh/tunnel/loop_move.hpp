// Gives the connection tests another port of the server, where theirs is taken, on the living connection.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/heartbeat/tests.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace autossh {

/// Manual, "Heartbeat". Of one ssh after another.
class LoopMove {
public:
    /// `on_change`: an answer has come.
    LoopMove(Executor executor, Log& log, StatusTracker& tracker, ConnectionTests& tests,
             std::function<void()> on_change)
        : executor_(std::move(executor)), log_(log), tracker_(tracker), tests_(tests),
          on_change_(std::move(on_change))
    {}

    /// `master`: of the ssh that is started; null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master);
    void end();

    /// Asks for another port, if that is wanted. Where there is none, the tunnel is told to do without tests.
    void look();

private:
    Awaitable<void> move(std::shared_ptr<MuxClient> master, Lifetime::Observer observer);
    Awaitable<std::uint16_t> port_on_server(std::shared_ptr<MuxClient> master, Lifetime::Observer observer);
    Awaitable<bool> lead_to(std::shared_ptr<MuxClient> master, std::uint16_t port, std::uint16_t before,
                            Lifetime::Observer observer);

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    ConnectionTests& tests_;
    std::function<void()> on_change_;
    std::shared_ptr<MuxClient> master_;
    bool has_moved_ = false;  ///< or cannot, with this ssh
    Lifetime lifetime_;
};

}  // namespace autossh
