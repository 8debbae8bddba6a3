// Manual, "Backoff", "Refused log-ins" and "Network changes and sleep": the whole decision when ssh is
// started again, for each class of failure, while the network comes and goes.
#include "autossh/rules/wait_end.hpp"
#include "autossh/rules/wait_history.hpp"
#include "support/catch.hpp"
#include "unit/rules/start.hpp"

#include <algorithm>
#include <optional>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

struct World {
    FailureClass failure = FailureClass::other;
    bool secret = false;                  ///< the server was given one
    bool unheard = false;                 ///< --plain, say
    bool logged_in = false;               ///< before it failed
    Duration flapping = Duration::max();  ///< how often what leads to the server changes
    Duration mending = Duration::max();   ///< how often a file of the log-in changes
    TunnelSettings settings = {};
};

constexpr Duration life_of_ssh = 300ms;

/// The end of a wait that has begun at `now`: as Waiting goes through it.
Time end_of_wait(const World& world, const WaitBasis& basis, Time now, bool& cut_by_network)
{
    WaitEnd end(now + basis.wait, basis.earliest_by_network, basis.earliest_by_login);
    const auto next = [&](Duration period) {
        return period == Duration::max() ? Time::max() : start + ((now - start) / period + 1) * period;
    };
    Time change = next(world.flapping);
    Time mended = next(world.mending);
    while (std::min(change, mended) < end.time()) {
        if (change <= mended) {
            end.network_changed(change);
            change += world.flapping;
        } else {
            if (basis.pace == Pace::refused_login)
                end.login_changed(mended);
            mended += world.mending;
        }
    }
    cut_by_network = end.cut_by_network();
    return end.time();
}

/// The starts of ssh in so long a time.
std::vector<Time> starts_in(const World& world, Duration time)
{
    WaitHistory waits(world.settings);
    std::optional<LastSession> last;
    std::vector<Time> starts;
    for (Time now = start; now < start + time; now += life_of_ssh) {
        const WaitBasis basis = waits.before(last, false, 0.5, now);
        bool cut_by_network = false;
        now = end_of_wait(world, basis, now, cut_by_network);
        waits.after(false, cut_by_network, now);
        starts.push_back(now);
        last = LastSession{.since_start = life_of_ssh,
                           .up = 0ms,
                           .logged_in = world.logged_in,
                           .failure = world.failure,
                           .secret_refused = world.secret,
                           .perhaps_refused = world.unheard};
    }
    return starts;
}

/// The most of them in any time of this length.
int most_within(const std::vector<Time>& starts, Duration length)
{
    std::ptrdiff_t most = 0;
    for (auto first = starts.begin(); first != starts.end(); ++first)
        most = std::max(most, std::upper_bound(first, starts.end(), *first + length) - first);
    return static_cast<int>(most);
}

std::vector<FailureClass> all_classes()
{
    std::vector<FailureClass> all;
    for (int i = 0; i <= static_cast<int>(FailureClass::other); ++i)
        all.push_back(static_cast<FailureClass>(i));
    return all;
}

}  // namespace

TEST_CASE("Pace: an hour of a network that flaps, or of files that change, brings on no ban and no lock-out")
{
    for (const FailureClass failure : all_classes())
        for (const Duration flapping : {1s, 3s, 10s, 30s, 45s, 61s, 600s})
            for (const Duration mending : {Duration::max(), Duration(500ms), Duration(40s)})
                for (const bool secret : {false, true}) {
                    CAPTURE(name(failure), flapping.count(), mending.count(), secret);
                    const World world{
                        .failure = failure, .secret = secret, .flapping = flapping, .mending = mending};
                    const auto starts = starts_in(world, 1h);
                    if (secret)
                        CHECK(most_within(starts, 15min) <= 2);
                    if (secret || needs_mending(failure))
                        CHECK(most_within(starts, 10min) <= 4);
                }
}

TEST_CASE("Pace: an hour of a network that flaps adds little to the tries of any class")
{
    for (const FailureClass failure : all_classes()) {
        const bool logged_in = failure == FailureClass::forward_refused;
        const int usual_hour =
            static_cast<int>(starts_in({.failure = failure, .logged_in = logged_in}, 1h).size());
        for (const Duration flapping : {250ms, 1000ms, 3000ms, 10'000ms, 30'000ms}) {
            CAPTURE(name(failure), flapping.count());
            const auto starts =
                starts_in({.failure = failure, .logged_in = logged_in, .flapping = flapping}, 1h);
            CHECK(static_cast<int>(starts.size()) <= usual_hour + 60);
            CHECK(most_within(starts, 1min) <= 16);
            const bool job =  // asked for every 5 s for 5 minutes
                failure == FailureClass::job_not_running || failure == FailureClass::job_held;
            CHECK(most_within(starts, 10min) <= (job ? 75 : 50));
        }
    }
}

TEST_CASE("Pace: where a log-in follows each time, the network starts an ssh every 10 seconds at the most")
{
    const World world{.failure = FailureClass::connection_lost, .logged_in = true, .flapping = 1s};
    const auto starts = starts_in(world, 1h);
    const auto usual = starts_in({.failure = FailureClass::connection_lost, .logged_in = true}, 1h);
    CHECK(starts.size() <= usual.size() + 360 * 4);
    CHECK(most_within(starts, 1min) <= 30);
}

TEST_CASE(
    "Pace: a log-in that may have been refused without a word is no hammer either, with a poll time or not")
{
    for (const bool plain : {false, true})
        for (const Duration poll : {Duration(10s), Duration(600s)})
            for (const Duration flapping : {Duration::max(), Duration(3s)}) {
                World world{.unheard = true, .flapping = flapping};
                world.settings.plain = plain;
                world.settings.poll = poll;
                world.settings.poll_given = true;
                CHECK(most_within(starts_in(world, 1h), 10min) <= 4);
            }
}

TEST_CASE("Pace: the first change of the network after a long outage is used at once")
{
    WaitHistory waits{TunnelSettings()};
    const LastSession last{.failure = FailureClass::refused};
    WaitBasis basis;
    for (int tries = 0; tries < 20; ++tries)
        basis = waits.before(last, false, 0.5, start);
    WaitEnd end(start + basis.wait, basis.earliest_by_network, basis.earliest_by_login);
    end.network_changed(start + 2s);
    CHECK(end.time() == start + 2s);
    CHECK(end.cut_by_network());
}

TEST_CASE("Pace: a mended key is tried at once after the tries of the schedule")
{
    for (const Duration mended_after : {1s, 31s, 100s, 500s, 605s, 2000s}) {
        CAPTURE(mended_after.count());
        WaitHistory waits{TunnelSettings()};
        const LastSession last{.failure = FailureClass::authentication_refused};
        Time now = start;
        WaitBasis basis = waits.before(last, false, 0.5, now);
        while (now + basis.wait < start + mended_after) {
            now += basis.wait;
            basis = waits.before(last, false, 0.5, now);
        }
        WaitEnd end(now + basis.wait, basis.earliest_by_network, basis.earliest_by_login);
        end.login_changed(start + mended_after);
        CHECK(end.time() == start + mended_after);
    }
}
