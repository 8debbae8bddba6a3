// Which calls run now, and which wait: few at a time, those about one tunnel in order. Pure.
#pragma once

#include "autossh/hook/news.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>

namespace autossh {

class HookCallQueue {
public:
    static constexpr std::size_t most_running = 4;
    static constexpr std::size_t most_queued = 256;
    /// Of all calls that wait together: each tunnel or box of each call has a copy of its facts.
    static constexpr std::size_t most_subjects_queued = 4096;

    using Number = std::uint64_t;
    struct Started {
        Number number;  ///< for ended()
        const HookCall& call;
    };

    /// False: there is no room for it, and it is not made.
    bool add(HookCall call);
    /// One that may start, and counts as running from now on. Nothing: none may. Of one hook, calls about the
    /// same tunnel are made one after another.
    std::optional<Started> start();
    void ended(Number number);
    /// Those that have not started are not made. Returns how many.
    std::size_t drop_queued();

    std::size_t running() const { return running_.size(); }
    std::size_t queued() const { return queued_.size(); }
    bool is_idle() const { return running_.empty() && queued_.empty(); }

private:
    struct Running {
        Number number;
        HookCall call;
    };

    std::list<HookCall> queued_;
    std::size_t subjects_queued_ = 0;
    std::list<Running> running_;
    Number last_ = 0;
};

}  // namespace autossh
