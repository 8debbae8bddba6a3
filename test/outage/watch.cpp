#include "outage/watch.hpp"

#include <algorithm>

namespace autossh_test::outage {

Watch::Watch(const Lab& lab, const Supervisor& supervisor, const std::vector<pid_t>& sessions)
    : lab_(lab), supervisor_(supervisor), sessions_(sessions), starts_before_(supervisor.starts()),
      fault_(Clock::now())
{}

void Watch::pass(Clock::duration time)
{
    pass_until([] { return false; }, time);
}

bool Watch::pass_until(const std::function<bool()>& is_so, Clock::duration limit)
{
    constexpr std::chrono::milliseconds interval{10};
    return wait_until(
        [&] {
            look();
            return is_so();
        },
        std::chrono::ceil<std::chrono::milliseconds>(limit), interval);
}

void Watch::look()
{
    const auto started = static_cast<std::size_t>(supervisor_.starts() - starts_before_);
    while (starts_.size() < started)
        starts_.push_back(Clock::now());
    const bool ended = std::none_of(sessions_.begin(), sessions_.end(), [](pid_t session) {
        return process_table::send(session, 0) && !process_table::wait_status(session);
    });
    if (ended && !sessions_ended_)
        sessions_ended_ = Clock::now();
}

int Watch::needless_starts() const
{
    // A start comes after the end of an ssh, which may have taken a moment.
    constexpr std::chrono::milliseconds moment{300};
    constexpr std::chrono::milliseconds before{1000};
    const auto probes = lab_.prober().probes();
    return static_cast<int>(std::count_if(starts_.begin(), starts_.end(), [&](Clock::time_point start) {
        return start - before >= fault_ && all_good(probes, start - before, start - moment);
    }));
}

}  // namespace autossh_test::outage
