// When which hook is called, and with what: autossh-fleet(5), "Hooks". Pure, but for the times that it is
// given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/hook/hook_plan.hpp"
#include "autossh/hook/news.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

class HookPlanner {
public:
    /// From now on. A hook that was there before, by its name, goes on with what it knows.
    void set_hooks(const std::vector<HookSettings>& hooks);
    bool has_hooks() const { return !plans_.empty(); }

    /// One change, with all that it comes to.
    void take(const std::vector<HookNews>& change, Time now);
    /// Nobody wants it any more: what is not told of it yet never is, but what is on its way.
    void forget(const std::string& subject);
    /// Nothing more happens: what waits for something to be over is told, with `pending` trouble, too, that
    /// has not lasted long enough.
    void finish(bool pending);

    /// The calls that are due, in order; each once.
    std::vector<HookCall> take_calls(Time now);
    /// When there may be some; nothing: not before the next change.
    std::optional<Time> next() const;

private:
    std::vector<HookPlan> plans_;
};

}  // namespace autossh
