// Asks the user's ssh what it will do, and about its jump hosts, if that matters.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/boxed.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/file_marks.hpp"
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

    /// Whether ssh is one to be asked. One that is not is looked at again when its file has changed, or
    /// `anew`: when the user's words have.
    bool is_to_be_asked(bool anew = false);

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
    Boxed<FileMark> not_asked_;  ///< the program that is not to be asked
};

}  // namespace autossh
