// Opens the forwards of an ssh that has logged in without them.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace autossh {

/// Manual, "A better connection first". Of one ssh after another.
class ForwardOpening {
public:
    /// What comes of it is told to `tracker`.
    ForwardOpening(Executor executor, Log& log, StatusTracker& tracker)
        : executor_(std::move(executor)), log_(log), tracker_(tracker)
    {}

    struct Wanted {
        ConfiguredForward forward;
        std::uint16_t kept_port = 0;  ///< of -R 0: the port that it had; 0: none
    };
    struct Work {
        std::shared_ptr<MuxClient> master;
        std::vector<Wanted> closed = {};      ///< of the master's own, before all else
        std::vector<Wanted> forwards;         ///< in this order, one after the other
        std::vector<ConfiguredForward> loop;  ///< then these
        /// Has the forwards now, and gives each one away before it is opened; null: nobody has.
        std::shared_ptr<MuxClient> predecessor = nullptr;
        bool predecessor_is_well = false;  ///< so that the server gives back what it listens on at once
    };

    void begin(Work work);
    bool is_busy() const { return is_busy_; }
    /// Nothing more is opened.
    void end();
    /// That ssh has ended: removes the Unix sockets that were opened here and that nobody answers at.
    void remove_left_sockets();

private:
    Awaitable<void> move(Work work, Lifetime::Observer observer);
    // They may outlive this.
    static Awaitable<void> close(std::shared_ptr<MuxClient> predecessor, Wanted wanted);
    static Awaitable<MuxAnswer> open(Executor executor, std::shared_ptr<MuxClient> master, Wanted wanted,
                                     int tries);
    static Awaitable<MuxAnswer> try_often(Executor executor, std::shared_ptr<MuxClient> master,
                                          ConfiguredForward forward, int tries);
    bool take(const ConfiguredForward& forward, const MuxAnswer& answer);

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    std::vector<std::string> paths_;  ///< of sockets that were opened
    bool is_busy_ = false;
    Lifetime lifetime_;
};

}  // namespace autossh
