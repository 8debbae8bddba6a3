// What one hook knows of one tunnel or box: whether it is in trouble, and has been told of that. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/hook/news.hpp"
#include "autossh/settings/hook_settings.hpp"

#include <optional>

namespace autossh {

class HookSubject {
public:
    /// An outage that a person has asked for (a restart, a reload) is told of when it has lasted so long.
    static constexpr Duration patience_if_planned = std::chrono::seconds(60);

    /// What the hook is to be told now; nothing: nothing, or later, by come_due().
    std::optional<HookNews> take(const HookSettings& hook, const HookNews& news, Time now);

    /// When trouble will have lasted long enough; nothing: there is none that waits.
    std::optional<Time> due() const { return pending_ ? std::optional(due_) : std::nullopt; }
    /// It has, or nobody waits any longer.
    std::optional<HookNews> come_due(const HookSettings& hook);

    /// Of fleet-down alone: too few were down, so nobody was told.
    void was_not_told() { told_ = heard_ = std::nullopt; }
    bool is_idle() const { return !pending_ && !told_; }

private:
    std::optional<HookNews> take_trouble(const HookSettings& hook, const HookNews& news, Time now);
    std::optional<HookNews> take_end(const HookSettings& hook, HookNews news);

    std::optional<HookNews> pending_;
    Time due_{};
    std::optional<HookEvent> told_;   ///< the trouble that has lasted long enough: its end is to be told
    std::optional<HookEvent> heard_;  ///< what of it the hook was told; nothing: it is on the end alone
};

/// down, degraded, gave-up, needs-person, box-lost
bool is_trouble(HookEvent event);

/// Whether it hears of this, if there is enough of it.
bool hears_of(const HookSettings& hook, HookEvent event);

}  // namespace autossh
