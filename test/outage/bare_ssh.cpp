#include "outage/bare_ssh.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace autossh_test::outage {
namespace {

constexpr std::size_t runs = 5;

ConnectTimes run_once(Lab& lab)
{
    auto words = lab.ssh_words();
    words.insert(words.begin(), "ssh");
    const Inside inside(lab.network().client());
    const auto started = Clock::now();
    const Process ssh({.arguments = words});
    if (!wait_until([&] { return lab.is_good_for(probe_limit / 4); }))
        throw std::runtime_error("a bare ssh makes no tunnel: " + ssh.errors());
    return {*good_since(lab.local().probes()) - started, *good_since(lab.remote().probes()) - started};
}

template <class Member>
Seconds median(std::array<ConnectTimes, runs> times, Member member)
{
    std::sort(times.begin(), times.end(),
              [&](const ConnectTimes& a, const ConnectTimes& b) { return a.*member < b.*member; });
    return times[runs / 2].*member;
}

/// Until the server has given its port back, and every probe of the old tunnel is decided.
void wait_for_end(Lab& lab)
{
    const auto now = Clock::now();
    const auto is_down = [&](const Prober& prober) {
        const auto probes = prober.probes();
        return !probes.empty() && !probes.back().is_good && probes.back().start > now;
    };
    if (!wait_until(
            [&] { return lab.sshd().sessions().empty() && is_down(lab.local()) && is_down(lab.remote()); }))
        throw std::runtime_error("the session of a bare ssh does not end");
}

}  // namespace

ConnectTimes connect_times(Lab& lab)
{
    std::array<ConnectTimes, runs> times;
    for (ConnectTimes& time : times) {
        time = run_once(lab);
        wait_for_end(lab);
    }
    return {median(times, &ConnectTimes::local), median(times, &ConnectTimes::remote)};
}

}  // namespace autossh_test::outage
