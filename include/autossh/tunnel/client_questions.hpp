// Asks the user's ssh what it will do, and about its jump hosts, if that matters.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/tunnel/world.hpp"

#include <functional>
#include <optional>

namespace autossh {

/// Manual, "What is added".
class ClientQuestions {
public:
    /// `is_over`: nobody wants to know any more; `event` is notified when that may have changed, and at `end`
    /// it is so.
    ClientQuestions(World& world, const TunnelSettings& settings, Event& event, std::function<bool()> is_over,
                    Time end)
        : world_(world), settings_(settings), event_(event), is_over_(std::move(is_over)), end_(end)
    {}

    /// Nothing: it is over. `doubtful`: it has kept us waiting before, so it is not waited for so long again.
    Awaitable<std::optional<Answer>> ask(bool doubtful);

private:
    Awaitable<void> ask_about_jump_hosts(Answer& answer);
    Awaitable<std::optional<Answer>> answer_of(const Command& ssh, Duration limit);

    World& world_;
    const TunnelSettings& settings_;
    Event& event_;
    std::function<bool()> is_over_;
    Time end_;
};

}  // namespace autossh
