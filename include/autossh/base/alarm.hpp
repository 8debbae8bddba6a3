// Calls a function at a time.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"

#include <functional>

namespace autossh {

/// The function is not called after cancel(), or after the end of this, which it may itself bring about.
class Alarm {
public:
    Alarm(const Executor& executor, std::function<void()> on_time);

    /// Once, at `when`, in place of a time that was set before.
    void set(Time when);
    /// The same, `wait` from now.
    void set_after(Duration wait);
    void cancel();

private:
    Timer timer_;
    std::function<void()> on_time_;
    Lifetime lifetime_;
};

}  // namespace autossh
