// Whether our ssh, which is a multiplexing master for us, still answers.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/alive_checks.hpp"
#include "autossh/ssh/mux_client.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <sys/types.h>

namespace autossh {

/// Manual, "Stopped ssh". Of one ssh after another.
class MasterWatch {
public:
    /// `on_change`: an answer has come, or is overdue.
    MasterWatch(Executor executor, Log& log, std::function<void()> on_change)
        : executor_(std::move(executor)), log_(log), on_change_(std::move(on_change))
    {}

    /// `ssh` has logged in. `master`: null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master, pid_t ssh, Time now);
    void end();

    /// It is stopped, or we were: it cannot have answered.
    void excuse(Time now) { checks_.excuse(now); }
    /// Asks if that is due.
    void look(Time now);
    Time next_look() const { return checks_.next(); }

    bool take_answer() { return std::exchange(has_answered_, false); }  ///< since this was asked last
    bool is_silent() const { return checks_.is_silent(); }              ///< it has not answered the last time
    bool is_asking() const { return is_asking_; }  ///< or no answer will come, as it ends
    /// For how long it has not answered, where that means that it hangs.
    std::optional<Duration> silent_for() const;

private:
    Awaitable<void> ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer);
    void take(const MuxAnswer& answer);

    Executor executor_;
    Log& log_;
    std::function<void()> on_change_;
    AliveChecks checks_;
    bool is_asking_ = false;
    bool has_answered_ = false;
    std::shared_ptr<MuxClient> master_;
    pid_t pid_ = 0;  ///< of ssh; behind a wrapper as it says itself
    Lifetime lifetime_;
};

}  // namespace autossh
