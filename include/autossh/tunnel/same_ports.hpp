// Has -R 0 listen on the port that it had before, by the living connection.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/ssh/kept_ports.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace autossh {

/// Manual, "Refused forwards". Of one ssh after another.
class SamePorts {
public:
    /// `on_change`: an answer has come.
    SamePorts(Executor executor, Log& log, StatusTracker& tracker, std::function<void()> on_change)
        : executor_(std::move(executor)), log_(log), tracker_(tracker), on_change_(std::move(on_change))
    {}

    /// `master`: of the ssh that is started; null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master);
    void end();

    /// Asks if that is due.
    void look(Time now);
    const KeptPorts& kept() const { return kept_; }
    Time next_look() const { return next_; }

private:
    Awaitable<void> ask(std::shared_ptr<MuxClient> master, std::vector<KeptPorts::Wanted> all,
                        Lifetime::Observer observer);
    void take(const KeptPorts::Wanted& wanted, const MuxAnswer& answer);

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    std::function<void()> on_change_;
    KeptPorts kept_;
    std::shared_ptr<MuxClient> master_;
    bool is_asking_ = false;
    Time next_ = never;    ///< the next try, where one was in vain
    Time first_try_ = {};  ///< of this ssh
    Lifetime lifetime_;
};

}  // namespace autossh
