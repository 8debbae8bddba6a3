#include "autossh/ctl/order_watch.hpp"

#include "autossh/ctl/console.hpp"
#include "autossh/ctl/control_link.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/order_wait.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration between_looks = std::chrono::milliseconds(200);

/// Looks again and again until all of it has come about.
class OrderWait {
public:
    OrderWait(const CtlCommand& command, const std::vector<ObeyingPart>& obeying)
        : command_(command), obeying_(obeying),
          deadline_(Clock::now() + command.wait.value_or(Duration::zero()))
    {
        for (const ObeyingPart& part : obeying)
            questions_.push_back({part.daemon.at, {.id = "1", .ask = Ask::status}});
    }

    int wait()
    {
        for (;;) {
            const bool all = look();
            if (all || Clock::now() >= deadline_)
                return all ? exit_status() : too_late();
            std::this_thread::sleep_for(std::min(between_looks, left()));
        }
    }

private:
    Duration left() const
    {
        return std::max(Duration::zero(), std::chrono::ceil<Duration>(deadline_ - Clock::now()));
    }

    /// True: nothing is under way any more.
    bool look()
    {
        constexpr Duration least = std::chrono::milliseconds(100);
        now_.clear();
        bool all = true;
        const auto answers = ask_each(questions_, std::clamp(left(), least, answer_is_due));
        for (std::size_t i = 0; i < answers.size(); ++i)
            for (const TunnelFacts& before : obeying_[i].tunnels) {
                now_.push_back(progress(answers[i], before));
                all = all && now_.back().second != OrderProgress::under_way;
            }
        return all;
    }

    std::pair<TunnelFacts, OrderProgress> progress(const LinkAnswer& answer, const TunnelFacts& before) const
    {
        if (!answer.answer && answer.error != ETIMEDOUT && answer.error != ECONNRESET) {
            TunnelFacts gone = before;
            gone.state = "stopped";
            gone.health = command_.verb == CtlVerb::stop ? "stopped" : "down";
            gone.cause = {"", "its autossh has ended", ""};
            return {gone, OrderProgress::in_vain};
        }
        if (!answer.answer || !answer.answer->daemon)
            return {before, OrderProgress::under_way};
        const auto& tunnels = answer.answer->daemon->tunnels;
        const auto found = std::ranges::find(tunnels, before.name, &TunnelFacts::name);
        if (found == tunnels.end())
            return {before, OrderProgress::under_way};
        return {*found, order_progress(command_.verb, before, *found)};
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
    const std::vector<ObeyingPart>& obeying_;
    Time deadline_;
    std::vector<LinkQuestion> questions_;
    std::vector<std::pair<TunnelFacts, OrderProgress>> now_;
};

}  // namespace

int wait_for_order(const CtlCommand& command, const std::vector<ObeyingPart>& obeying)
{
    return OrderWait(command, obeying).wait();
}

}  // namespace autossh
