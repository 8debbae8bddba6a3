// Manual, "Backoff" and "Network changes and sleep": what one wait leaves for the next.
#include "autossh/rules/request.hpp"
#include "autossh/rules/wait_history.hpp"
#include "support/catch.hpp"
#include "unit/rules/start.hpp"

#include <csignal>
#include <optional>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

LastSession ended_of(FailureClass failure, bool logged_in = false)
{
    LastSession session;
    session.failure = failure;
    session.logged_in = logged_in;
    return session;
}

}  // namespace

TEST_CASE("Wait history: after an answered knock that led to no log-in, the server is not asked again")
{
    struct Row {
        std::optional<LastSession> last;  ///< before this wait
        bool answered;                    ///< a knock, in this wait
        bool probes_port;
    };
    const auto refused = ended_of(FailureClass::refused);
    const auto lost = ended_of(FailureClass::connection_lost);
    const auto up = ended_of(FailureClass::connection_lost, true);
    const std::vector<std::vector<Row>> histories{
        {{std::nullopt, false, true}, {refused, false, true}, {refused, false, true}},
        {{refused, true, true}, {lost, false, false}, {lost, false, false}, {refused, false, true}},
        {{refused, true, true}, {refused, false, false}, {refused, false, true}},
        {{refused, true, true}, {up, false, true}},
        {{refused, true, true}, {lost, false, false}, {up, false, true}},
    };
    for (const auto& history : histories) {
        WaitHistory waits{TunnelSettings()};
        for (const Row& row : history) {
            CHECK(waits.before(row.last, true, 0.5, start).probes_port == row.probes_port);
            waits.after(row.answered, false, start);
        }
    }
    CHECK_FALSE(WaitHistory(TunnelSettings()).before(refused, false, 0.5, start).probes_port);
}

TEST_CASE("Wait history: the trouble is as old as the first failure in a row")
{
    WaitHistory waits{TunnelSettings()};
    const auto lost = ended_of(FailureClass::connection_lost);
    CHECK(waits.before(std::nullopt, true, 0.5, start).trouble_since == start);
    CHECK(waits.before(lost, true, 0.5, start + 5s).trouble_since == start);
    CHECK(waits.before(ended_of(FailureClass::connection_lost, true), true, 0.5, start + 60s).trouble_since ==
          start + 60s);
    CHECK(waits.before(lost, true, 0.5, start + 70s).trouble_since == start + 60s);
}

TEST_CASE("Wait history: the network starts an ssh every 10 seconds at first, and in vain ever less often")
{
    WaitHistory waits{TunnelSettings()};
    const auto lost = ended_of(FailureClass::connection_lost);
    CHECK(waits.before(lost, true, 0.5, start).earliest_by_network < start);
    Time now = start;
    for (const Duration calm : {10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s}) {
        waits.after(false, true, now);
        CHECK(waits.before(lost, true, 0.5, now + 1s).earliest_by_network == now + calm);
        waits.after(true, false, now + 2s);
        CHECK(waits.before(lost, true, 0.5, now + 3s).earliest_by_network == now + calm);
        now += calm;
    }
    waits.before(ended_of(FailureClass::connection_lost, true), true, 0.5, now);
    waits.after(false, true, now);
    CHECK(waits.before(lost, true, 0.5, now + 1s).earliest_by_network == now + 10s);
}

TEST_CASE("Wait history: after a change of the network the waits are short again, and not left out")
{
    WaitHistory waits{TunnelSettings()};
    const auto refused = ended_of(FailureClass::refused);
    for (int tries = 0; tries < 20; ++tries)
        waits.before(refused, true, 0.5, start);
    CHECK(waits.before(refused, true, 0.5, start).wait == 60s);
    waits.after(false, true, start);
    for (const Duration wait : {2s, 8s, 18s})
        CHECK(waits.before(refused, true, 0.5, start).wait == wait);
}

TEST_CASE("Wait history: the failure is the one it was told")
{
    WaitHistory waits{TunnelSettings()};
    const WaitBasis first = waits.before(std::nullopt, true, 0.5, start);
    CHECK(first.wait == 0s);
    CHECK(first.failure == FailureClass::other);
    CHECK(waits.before(ended_of(FailureClass::no_route), true, 0.5, start).failure == FailureClass::no_route);
}

TEST_CASE("Requests: the strongest counts, with the signal that asked for it")
{
    Requests requests;
    CHECK(requests.strongest() == Request::none);
    requests.add(Request::retry, SIGHUP);
    requests.add(Request::none, SIGUSR2);
    CHECK(requests.strongest() == Request::retry);
    requests.add(Request::restart, SIGUSR1);
    requests.add(Request::retry, SIGHUP);
    CHECK(requests.strongest() == Request::restart);
    CHECK(requests.signal() == SIGUSR1);
    requests.add(Request::stop, SIGINT);
    requests.add(Request::stop, SIGTERM);
    CHECK(requests.stop_is_asked());
    CHECK(requests.signal() == SIGINT);
    CHECK(requests.stops() == 2);
    requests.ssh_is_ending();
    CHECK(requests.stop_is_asked());
}

TEST_CASE("Requests: of a restart the start is left when ssh is being ended")
{
    Requests requests;
    requests.add(Request::restart, SIGUSR1);
    requests.ssh_is_ending();
    CHECK(requests.strongest() == Request::retry);
    requests.add(Request::stop, SIGTERM);
    CHECK(requests.signal() == SIGTERM);
    requests.clear();
    CHECK(requests.strongest() == Request::none);
}

TEST_CASE("Wait history: what may lock an account is brought forward by no answer and no network")
{
    LastSession last = ended_of(FailureClass::timed_out);
    WaitHistory history{TunnelSettings()};
    const WaitBasis usual = history.before(last, true, 0.5, start);
    CHECK(usual.probes_port);
    CHECK(usual.earliest_by_network < start);
    last.secret_refused = true;
    const WaitBasis basis = history.before(last, true, 0.5, start);
    CHECK_FALSE(basis.probes_port);
    CHECK(basis.earliest_by_network == Time::max());
}

TEST_CASE("Wait history: an ssh that could not be started has refused nothing, and is not tried in an "
          "instant again")
{
    WaitHistory waits{TunnelSettings()};
    LastSession last = ended_of(FailureClass::other);
    last.ran = false;
    for (int tries = 0; tries < 5; ++tries)
        CHECK(waits.before(last, true, 0.5, start).wait == 1s);
    last.failure = FailureClass::secret_unavailable;
    for (int tries = 0; tries < 10; ++tries)
        CHECK(waits.before(last, true, 0.5, start).earliest_by_login == Time{});
}

TEST_CASE(
    "Wait history: where the name was not found, or something has closed the connection, any change counts")
{
    struct Row {
        FailureClass failure;
        bool logged_in;
        bool any_change_counts;
    };
    for (const auto& [failure, logged_in, any_change_counts] :
         std::vector<Row>{{FailureClass::name_not_found, false, true},
                          {FailureClass::connection_lost, false, true},
                          {FailureClass::connection_lost, true, false},
                          {FailureClass::refused, false, false},
                          {FailureClass::timed_out, false, false},
                          {FailureClass::authentication_refused, false, false}}) {
        CAPTURE(name(failure), logged_in);
        WaitHistory waits{TunnelSettings()};
        CHECK(waits.before(ended_of(failure, logged_in), true, 0.5, start).any_change_counts ==
              any_change_counts);
    }
}

TEST_CASE("Wait history: a refused forward does not make the hopes of the network anew")
{
    WaitHistory waits{TunnelSettings()};
    const auto refused = ended_of(FailureClass::forward_refused, true);
    Time now = start;
    for (const Duration calm : {10s, 20s, 40s, 80s}) {
        waits.after(false, true, now);
        CHECK(waits.before(refused, true, 0.5, now + 1s).earliest_by_network == now + calm);
        now += calm;
    }
}

TEST_CASE("Wait history: log-ins beside an ssh that were refused count with the tunnel's own")
{
    LastSession lost = ended_of(FailureClass::connection_lost, true);
    lost.refused_beside = {start - 40s, start - 1s};
    WaitHistory waits{TunnelSettings()};
    waits.before(lost, true, 0.5, start);
    const LastSession refused = ended_of(FailureClass::authentication_refused);
    CHECK(waits.before(refused, true, 0.5, start + 1s).earliest_by_login < start + 60s);
    CHECK(waits.before(refused, true, 0.5, start + 31s).earliest_by_login >= start + 9min);
}
