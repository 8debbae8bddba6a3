#include "autossh/ctl/order_watch.hpp"

#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/order_wait.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration between_looks = std::chrono::milliseconds(200);

/// Looks again and again until all of it has come about.
class OrderWait {
public:
    OrderWait(const CtlCommand& command, const Environment& environment, const Obeying& obeying)
        : command_(command), environment_(environment), obeying_(obeying)
    {}

    int wait()
    {
        const Time deadline = Clock::now() + command_.wait.value_or(Duration::zero());
        for (;;) {
            const bool all = look();
            if (all || Clock::now() >= deadline)
                return all ? exit_status() : too_late();
            std::this_thread::sleep_for(
                std::min(between_looks, std::chrono::ceil<Duration>(deadline - Clock::now())));
        }
    }

private:
    /// True: nothing is under way any more.
    bool look()
    {
        now_.clear();
        bool all = true;
        const DaemonsAround around = look_around(places_of_supervisors(environment_), answer_is_due);
        for (const auto& [pid, tunnels] : obeying_) {
            const auto daemon =
                std::ranges::find(around.daemons, pid, [](const SeenDaemon& one) { return one.facts.pid; });
            for (const TunnelFacts& before : tunnels)
                all = take(daemon == around.daemons.end() ? nullptr : &*daemon, before) && all;
        }
        return all;
    }

    bool take(const SeenDaemon* daemon, const TunnelFacts& before)
    {
        TunnelFacts now = before;
        now.state = "stopped";
        now.health = command_.verb == CtlVerb::stop ? "stopped" : "down";
        now.cause.text = "its autossh has ended";
        if (daemon == nullptr) {
            now_.push_back({now, OrderProgress::in_vain});
            return true;
        }
        const auto& tunnels = daemon->facts.tunnels;
        const auto found = std::ranges::find(tunnels, before.name, &TunnelFacts::name);
        const bool is_known = daemon->trouble.empty() && found != tunnels.end();
        now_.push_back({is_known ? *found : before,
                        is_known ? order_progress(command_.verb, before, *found) : OrderProgress::under_way});
        return now_.back().second != OrderProgress::under_way;
    }

    int too_late() const
    {
        const auto now = std::chrono::system_clock::now();
        for (const auto& [tunnel, progress] : now_)
            if (progress == OrderProgress::under_way)
                complain(fmt::format("not in time: {}", progress_in_words(tunnel, now)));
        return ctl_exit::not_in_time;
    }

    int exit_status() const
    {
        SeenDaemon all;
        const auto now = std::chrono::system_clock::now();
        for (const auto& [tunnel, progress] : now_) {
            all.facts.tunnels.push_back(tunnel);
            if (tunnel.health != "up" && tunnel.health != "stopped")
                complain(progress_in_words(tunnel, now));
        }
        return counts_of({&all, 1}).exit_status();
    }

    const CtlCommand& command_;
    const Environment& environment_;
    const Obeying& obeying_;
    std::vector<std::pair<TunnelFacts, OrderProgress>> now_;
};

}  // namespace

int wait_for_order(const CtlCommand& command, const Environment& environment, const Obeying& obeying)
{
    return OrderWait(command, environment, obeying).wait();
}

}  // namespace autossh
