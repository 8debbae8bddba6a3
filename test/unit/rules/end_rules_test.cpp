// Which reason to end a living ssh wins, and what it says.
#include "autossh/rules/end_rules.hpp"
#include "autossh/rules/stop_tracker.hpp"

#include "support/catch.hpp"

#include <csignal>
#include <string>
#include <string_view>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

const Failure refused{FailureClass::forward_refused, "the server refuses to listen on port 2222"};

}  // namespace

TEST_CASE("A living ssh without a reason to end it lives")
{
    CHECK_FALSE(reason_to_end({}));
    CHECK_FALSE(reason_to_end({.asked = Request::retry}));
}

TEST_CASE("Of several reasons to end ssh the strongest counts")
{
    Situation all{.asked = Request::stop,
                  .asked_by = SIGTERM,
                  .lifetime_is_over = true,
                  .missed_login_limit = 60s,
                  .address_is_gone = true,
                  .hung_for = 10s,
                  .useless = refused,
                  .refused_forward = refused,
                  .failed_test = "timeout"};
    const auto line = [&all] { return reason_to_end(all).value_or(Ruling{}).line; };
    CHECK(line() == "received signal to exit (15)");
    CHECK(reason_to_end(all)->verdict == Verdict::stopped);
    all.asked = Request::restart;
    CHECK(line() == "signalled to kill and restart ssh");
    CHECK_FALSE(reason_to_end(all)->failure);
    all.asked_by = by_order;
    CHECK(line() == "restarting ssh, as asked");
    CHECK(reason_to_end(all)->verdict == Verdict::restart);
    all.asked = Request::stop;
    CHECK(line() == "ending ssh, as asked");
    CHECK(reason_to_end(all)->verdict == Verdict::stopped);
    all.asked = Request::none;
    CHECK(line() == "exceeded maximum time to live, shutting down");
    CHECK(reason_to_end(all)->verdict == Verdict::succeeded);
    all.lifetime_is_over = false;
    CHECK(line() == "our address is gone, restarting ssh");
    CHECK(reason_to_end(all)->failure == FailureClass::connection_lost);
    all.address_is_gone = false;
    CHECK(line() == "ssh was stopped for 10 s, restarting ssh");
    all.hung_for.reset();
    CHECK(line() == "ssh has not logged in within 60 s, restarting ssh");
    CHECK(reason_to_end(all)->failure == FailureClass::timed_out);
    all.missed_login_limit.reset();
    CHECK(line() == "no forward works, restarting ssh");
    CHECK(reason_to_end(all)->failure == FailureClass::forward_refused);
    CHECK(reason_to_end(all)->cause == refused.cause);
    all.useless.reset();
    CHECK(line() == "trying the refused forward again, restarting ssh");
    all.refused_forward.reset();
    CHECK(line() == "port down, restarting ssh");
    CHECK(reason_to_end(all)->cause == "the connection test failed: timeout");
    all.failed_test.clear();
    CHECK_FALSE(reason_to_end(all));
}

TEST_CASE("An ssh that was stopped is hung after 10 s, unless a person at the terminal has stopped it")
{
    struct Row {
        int signal;
        bool terminal;
        bool by_person;
    };
    const Row rows[] = {
        {SIGSTOP, false, false}, {SIGSTOP, true, false}, {SIGTSTP, true, true},
        {SIGTTIN, true, true},   {SIGTTOU, true, true},  {SIGTSTP, false, false},
    };
    const Time now = Time{} + 1h;
    for (const Row& row : rows) {
        CAPTURE(row.signal, row.terminal);
        StopTracker stops;
        CHECK_FALSE(stops.is_stopped());
        CHECK(stops.deadline() == Time::max());
        stops.stopped(row.signal, row.terminal, now);
        CHECK(stops.is_stopped());
        CHECK(stops.deadline() == (row.by_person ? Time::max() : now + 10s));
        stops.continued();
        CHECK_FALSE(stops.is_stopped());
        CHECK(stops.deadline() == Time::max());
    }
}

TEST_CASE("No other ssh is started once somebody has asked us to end, or the lifetime is over")
{
    Requests requests;
    CHECK_FALSE(reason_not_to_start(requests, false));
    CHECK(reason_not_to_start(requests, true)->verdict == Verdict::succeeded);
    requests.add(Request::restart, SIGUSR1);
    CHECK_FALSE(reason_not_to_start(requests, false));
    requests.add(Request::stop, SIGTERM);
    for (const bool lifetime_is_over : {false, true}) {
        CHECK(reason_not_to_start(requests, lifetime_is_over)->verdict == Verdict::stopped);
        CHECK(reason_not_to_start(requests, lifetime_is_over)->line == "signalled to exit");
    }
}

TEST_CASE("A signal for the whole group may reach ssh first: then a clean end is not ours yet")
{
    for (const int status : {0, 255}) {
        CHECK(stop_may_follow(ExitStatus::exited(status), Verdict::succeeded) == 10ms);
        CHECK(stop_may_follow(ExitStatus::exited(status), Verdict::failed) == 10ms);
        CHECK(stop_may_follow(ExitStatus::exited(status), Verdict::restart) == 0ms);
    }
    CHECK(stop_may_follow(ExitStatus::exited(1), Verdict::failed) == 0ms);
    CHECK(stop_may_follow(ExitStatus::signalled(SIGTERM), Verdict::failed) == 0ms);
}

TEST_CASE("The ledger: each end of a living ssh says what has shown that it is of no use")
{
    struct Row {
        Situation situation;
        std::string_view by;
    };
    const Row rows[] = {
        {{.asked = Request::stop}, "request"},
        {{.asked = Request::restart}, "request"},
        {{.asked = Request::restart, .asked_by = SIGUSR1}, "request"},
        {{.missed_login_limit = 60s}, "login timeout"},
        {{.address_is_gone = true}, "network"},
        {{.hung_for = 10s}, "stopped ssh"},
        {{.silent_for = 9s}, "stopped ssh"},
        {{.useless = refused}, "exit"},
        {{.failed_test = "no answer"}, "test"},
        {{.failed_test = "no answer", .failed_by = EndedBy::wake}, "wake"},
        {{.failed_test = "no answer", .failed_by = EndedBy::silence}, "silence"},
        {{.failed_by = EndedBy::silence, .is_renewed = true}, "renewal"},
    };
    for (const Row& row : rows) {
        CAPTURE(std::string(row.by));
        const auto ruling = reason_to_end(row.situation);
        REQUIRE(ruling.has_value());
        CHECK(name(ruling->by) == row.by);
    }
}
