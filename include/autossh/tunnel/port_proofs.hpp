// Asks the server, by the living connection, whether the ports of -R that it has granted are ours.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/ssh/port_proof.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace autossh {

/// Manual, "Refused forwards". Of one ssh after another.
class PortProofs {
public:
    /// `on_change`: an answer has come.
    PortProofs(Executor executor, Log& log, StatusTracker& tracker, std::function<void()> on_change)
        : executor_(std::move(executor)), log_(log), tracker_(tracker), on_change_(std::move(on_change))
    {}

    /// `master`: of the ssh that is started; null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master);
    /// Nothing is asked of this ssh (any more).
    void end();

    /// Asks for what has been granted since the last time.
    void look(Time now);
    Time next_look() const { return next_; }
    bool is_asking() const { return asking_ > 0; }

    /// For a forward that is refused on 127.0.0.1: that address, and then both by the user's own words, which
    /// closes ::1 for a moment only when 127.0.0.1 is to be had.
    static Awaitable<MuxAnswer> ask_again(std::shared_ptr<MuxClient> master, ConfiguredForward forward);

private:
    struct Outcome {
        PortProof proof = PortProof::unknown;
        std::optional<MuxAnswer> back;  ///< of the user's own words, again; nothing: they were not closed
    };
    /// A request that is under way beside another one: were they made one after the other, somebody else
    /// could take the second address meanwhile.
    struct Beside;

    Awaitable<void> ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer);
    static Awaitable<Outcome> prove(Executor executor, std::shared_ptr<MuxClient> master,
                                    ConfiguredForward forward, Lifetime::Observer observer);
    static Awaitable<std::optional<MuxAnswer>> put_back(Executor executor, std::shared_ptr<MuxClient> master,
                                                        std::shared_ptr<MuxConnection> connection,
                                                        ConfiguredForward forward, bool was_closed,
                                                        Lifetime::Observer observer);
    static Awaitable<void> open_beside(std::shared_ptr<MuxConnection> connection, ConfiguredForward forward,
                                       Duration limit, std::shared_ptr<Beside> beside);
    static Awaitable<void> close(std::shared_ptr<MuxClient> master, std::shared_ptr<MuxConnection> connection,
                                 ConfiguredForward forward);
    void take(const Forward& forward, const Outcome& outcome);

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    std::function<void()> on_change_;
    std::shared_ptr<MuxClient> master_;
    std::vector<ConfiguredForward> asked_;    ///< of this ssh
    std::vector<ConfiguredForward> useless_;  ///< that the server does not tell of, also the next time
    std::deque<Forward> queue_;
    Time until_ = {};         ///< for those of the queue
    std::size_t asking_ = 0;  ///< how many take from it
    Time next_ = never;
    Lifetime lifetime_;
};

}  // namespace autossh
