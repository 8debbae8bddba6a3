// Asks for forwards that were refused again, on the living connection.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/live_retries.hpp"
#include "autossh/ssh/mux_client.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace autossh {

/// Who may have the places of refused forwards.
enum class Holder {
    anybody,
    dead_session,  ///< of ours, perhaps
    rival,         ///< another autossh, and only its end is of use
};

/// Manual, "Refused forwards". Of one ssh after another.
class LiveForwards {
public:
    /// `on_change`: an answer has come.
    LiveForwards(Executor executor, Log& log, StatusTracker& tracker, std::function<void()> on_change)
        : executor_(std::move(executor)), log_(log), tracker_(tracker), on_change_(std::move(on_change))
    {}

    /// `master`: of the ssh that is started; null where it is none for us.
    void begin(std::shared_ptr<MuxClient> master);
    void end();

    /// Asks if that is due.
    void look(Time now, Holder holder);
    /// What was in the way may be gone now.
    void ask_soon(Time now) { retries_.begin_anew(now); }
    Time next_look() const { return is_asking_ || !tracker_.may_ask() ? never : retries_.next(); }

    bool is_asking() const { return is_asking_; }

private:
    struct Question {
        SshMessage refusal;
        Forward forward;
    };

    std::vector<Question> questions() const;
    bool may_be_granted(const SshMessage& refusal, const Forward& forward) const;
    Awaitable<void> ask(std::shared_ptr<MuxClient> master, std::vector<Question> questions,
                        Lifetime::Observer observer);
    void take(const Question& question, const MuxAnswer& answer);

    Executor executor_;
    Log& log_;
    StatusTracker& tracker_;
    std::function<void()> on_change_;
    LiveRetries retries_;
    std::shared_ptr<MuxClient> master_;
    bool is_asking_ = false;
    bool wait_is_told_ = false;
    Lifetime lifetime_;
};

}  // namespace autossh
