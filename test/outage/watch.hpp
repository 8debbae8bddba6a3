#pragma once

#include "outage/lab.hpp"
#include "outage/supervisor.hpp"

#include <functional>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace autossh_test::outage {

/// Sees what happens from a fault on: when ssh is started, and when the server has ended the sessions it had.
class Watch {
public:
    Watch(const Lab& lab, const Supervisor& supervisor, const std::vector<pid_t>& sessions);

    void pass(Clock::duration time);
    /// False: the time is up before it is so.
    bool pass_until(const std::function<bool()>& is_so, Clock::duration limit);

    Clock::time_point fault() const { return fault_; }
    const std::vector<Clock::time_point>& starts() const { return starts_; }
    std::optional<Clock::time_point> sessions_ended() const { return sessions_ended_; }
    /// Starts while the tunnel had been carrying bytes, after the fault.
    int needless_starts() const;

private:
    void look();

    const Lab& lab_;
    const Supervisor& supervisor_;
    std::vector<pid_t> sessions_;
    int starts_before_;
    Clock::time_point fault_;
    std::vector<Clock::time_point> starts_;
    std::optional<Clock::time_point> sessions_ended_;
};

}  // namespace autossh_test::outage
