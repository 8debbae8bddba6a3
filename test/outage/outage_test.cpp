// Manual: DESCRIPTION. Each fault of the bench in its short form: the tunnel comes back, and nothing that
// works is restarted. How fast is for the bench to say.
#include "e2e/support/autossh.hpp"
#include "outage/experiment.hpp"
#include "outage/isolated.hpp"
#include "outage/lab.hpp"
#include "outage/pair.hpp"

#include <map>

#define SKIP_WITHOUT_LAB()                                                                                   \
    const std::string missing = Lab::missing();                                                              \
    SKIP_UNLESS(missing.empty(), missing)

using namespace autossh_test;
using namespace autossh_test::outage;

namespace {

/// In labs side by side, one for each direction.
void check_recovery(const std::string& fault, const std::string& contestant = "ours")
{
    const auto experiment = [&](Direction direction) {
        return Experiment{.contestant = *find_contestant(contestant),
                          .fault = *find_fault(fault),
                          .direction = direction,
                          .form = Experiment::Form::brief,
                          .patience = std::chrono::seconds(60)};
    };
    std::map<Direction, Isolated> labs;
    for (const Direction direction : directions)
        if (experiment(direction).means_something())
            labs.try_emplace(direction, [&] { return to_text(run(experiment(direction))); });
    for (auto& [direction, lab] : labs) {
        const Outcome outcome = outcome_from(lab.result());
        INFO(option_of(direction) << '\n' << outcome.log);
        REQUIRE(outcome.was_up);
        CHECK(outcome.down);
        CHECK(outcome.false_restarts == 0);
    }
}

/// A tunnel with a -L and a -R: what is refused of the one costs the other nothing.
void check_pair(const std::string& fault)
{
    const Experiment experiment{.contestant = *find_contestant("ours"),
                                .fault = *find_fault(fault),
                                .direction = Direction::both,
                                .form = Experiment::Form::brief,
                                .patience = std::chrono::seconds(60)};
    Isolated lab([&] { return to_text(run_pair(experiment)); });
    const PairOutcome outcome = pair_outcome_from(lab.result());
    INFO(outcome.log);
    REQUIRE(outcome.was_up);
    CHECK(outcome.local_down);
    CHECK(outcome.remote_down);
    CHECK(outcome.later_restarts == 0);
    if (experiment.fault.restart == Fault::Restart::is_false)
        CHECK(outcome.restarts == 0);
    CHECK(outcome.opened > 0);
    CHECK(outcome.broken == 0);
}

}  // namespace

TEST_CASE("A -L beside a -R works on, and so does a connection through it, until the server frees the port")
{
    SKIP_WITHOUT_LAB();
    check_pair("stale remote listener 40 s");
}

TEST_CASE("A -L beside a -R works on when the client's address changes")
{
    SKIP_WITHOUT_LAB();
    check_pair("client address changed");
}

TEST_CASE("A -L beside a -R works on while the server's old process is stopped")
{
    SKIP_WITHOUT_LAB();
    check_pair("server process stopped");
}

TEST_CASE("A server that does not answer for a while restarts nothing and breaks no connection")
{
    SKIP_WITHOUT_LAB();
    check_pair("sshd stalled 60 s");
}

TEST_CASE("Lost packets and a latency spike restart nothing and break no connection")
{
    SKIP_WITHOUT_LAB();
    check_pair("30 % loss for 30 s");
    check_pair("latency spike 3 s");
}

TEST_CASE("A tunnel comes back when ssh is killed")
{
    SKIP_WITHOUT_LAB();
    check_recovery("ssh killed");
}

TEST_CASE("A tunnel comes back when ssh is stopped")
{
    SKIP_WITHOUT_LAB();
    check_recovery("ssh stopped");
}

TEST_CASE("A tunnel comes back when the server's process is killed")
{
    SKIP_WITHOUT_LAB();
    check_recovery("server process killed");
}

TEST_CASE("A tunnel comes back when the server's process is stopped")
{
    SKIP_WITHOUT_LAB();
    check_recovery("server process stopped");
}

TEST_CASE("A tunnel comes back when sshd was down for a moment")
{
    SKIP_WITHOUT_LAB();
    check_recovery("sshd down 5 s");
}

TEST_CASE("A tunnel comes back when the server has refused connections for some tries")
{
    SKIP_WITHOUT_LAB();
    check_recovery("server refusing 60 s");
}

TEST_CASE("A tunnel comes back when the link was down")
{
    SKIP_WITHOUT_LAB();
    check_recovery("link down 10 s");
}

TEST_CASE("A tunnel comes back when the client's address changes")
{
    SKIP_WITHOUT_LAB();
    check_recovery("client address changed");
}

TEST_CASE("A tunnel comes back when a router forgets its connection")
{
    SKIP_WITHOUT_LAB();
    check_recovery("path state lost");
}

TEST_CASE("A tunnel comes back after a black hole that ends about when it is noticed")
{
    SKIP_WITHOUT_LAB();
    check_recovery("black hole 30 s");
}

TEST_CASE("A tunnel comes back after a black hole that outlasts the connection")
{
    SKIP_WITHOUT_LAB();
    check_recovery("black hole 90 s");
}

TEST_CASE("A tunnel comes back when the server holds the dead session's port for a while")
{
    SKIP_WITHOUT_LAB();
    check_recovery("stale remote listener 40 s");
}

TEST_CASE("A tunnel comes back when all was frozen and a router has forgotten its connection meanwhile")
{
    SKIP_WITHOUT_LAB();
    check_recovery("frozen 20 s, path state lost");
}

TEST_CASE("Lost packets restart nothing")
{
    SKIP_WITHOUT_LAB();
    check_recovery("30 % loss for 30 s");
}

TEST_CASE("A latency spike restarts nothing")
{
    SKIP_WITHOUT_LAB();
    check_recovery("latency spike 3 s");
}

TEST_CASE("A stranger at the loop's port on the server restarts nothing")
{
    SKIP_WITHOUT_LAB();
    check_recovery("stranger at the monitor port", "ours --poll 2");
}

TEST_CASE("A stranger at the port of -M restarts nothing")
{
    SKIP_WITHOUT_LAB();
    check_recovery("stranger at the monitor port", "ours -M PORT --poll 2");
}
