// Opens the forwards of an ssh that has logged in without them.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/ssh/mux_client.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace autossh {

/// Manual, "A better connection first". Of one ssh after another.
class ForwardOpening {
public:
    /// `on_line`: what ssh would have logged of a forward at its start, with its end.
    ForwardOpening(Executor executor, Log& log, std::function<void(const std::string& line)> on_line)
        : executor_(std::move(executor)), log_(log), on_line_(std::move(on_line))
    {}

    struct Work {
        std::shared_ptr<MuxClient> master;
        std::vector<ConfiguredForward> forwards;  ///< in this order, one after the other
        std::vector<ConfiguredForward> loop;      ///< then these
        /// Has the forwards now, and gives each one away before it is opened; null: nobody has.
        std::shared_ptr<MuxClient> predecessor = nullptr;
        bool predecessor_is_well = false;  ///< so that the server gives back what it listens on at once
    };

    void begin(Work work);
    /// Nothing more is opened.
    void end();
    /// That ssh has ended: removes the Unix sockets that were opened here and that nobody answers at.
    void remove_left_sockets();
    bool goes_on() const { return goes_on_; }

private:
    Awaitable<void> move(Work work, Lifetime::Observer observer);
    Awaitable<MuxAnswer> open(std::shared_ptr<MuxClient> master, ConfiguredForward forward, int tries);
    bool take(const ConfiguredForward& forward, const MuxAnswer& answer);

    Executor executor_;
    Log& log_;
    std::function<void(const std::string&)> on_line_;
    bool goes_on_ = false;
    std::vector<std::string> paths_;  ///< of sockets that were opened
    Lifetime lifetime_;
};

}  // namespace autossh
