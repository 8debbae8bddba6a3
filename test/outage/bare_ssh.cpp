#include "outage/bare_ssh.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace autossh_test::outage {
namespace {

constexpr std::size_t runs = 5;

Seconds run_once(Lab& lab)
{
    auto words = lab.ssh_words();
    words.insert(words.begin(), "ssh");
    const Inside inside(lab.network().client());
    const auto started = Clock::now();
    const Process ssh({.arguments = words});
    if (!wait_until([&] { return lab.prober().is_good_for(probe_limit / 4); }))
        throw std::runtime_error("a bare ssh makes no tunnel: " + ssh.errors());
    return *good_since(lab.prober().probes()) - started;
}

/// Until the server has given its port back, and every probe of the old tunnel is decided.
void wait_for_end(Lab& lab)
{
    const auto now = Clock::now();
    const auto is_down = [&] {
        const auto probes = lab.prober().probes();
        return !probes.empty() && !probes.back().is_good && probes.back().start > now;
    };
    if (!wait_until([&] { return lab.sshd().sessions().empty() && is_down(); }))
        throw std::runtime_error("the session of a bare ssh does not end");
}

}  // namespace

Seconds connect_time(Lab& lab)
{
    std::array<Seconds, runs> times{};
    for (Seconds& time : times) {
        time = run_once(lab);
        wait_for_end(lab);
    }
    std::sort(times.begin(), times.end());
    return times[runs / 2];
}

}  // namespace autossh_test::outage
