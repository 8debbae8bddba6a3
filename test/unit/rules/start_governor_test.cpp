#include "autossh/rules/start_governor.hpp"

#include "autossh/settings/start_limits.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

using Starters = std::vector<StartGovernor::Member>;
using Why = StartHold::Why;

/// Some tunnels at a governor, and its clock.
struct Office {
    explicit Office(std::size_t most = 8, std::size_t per_server = 8) : governor(most, per_server) {}

    StartGovernor::Member ask(StartRequest request)
    {
        const auto member = governor.join();
        governor.ask(member, request, now);
        return member;
    }
    Starters ask(std::size_t count, const StartRequest& request)
    {
        Starters members;
        for (std::size_t i = 0; i < count; ++i)
            members.push_back(ask(request));
        return members;
    }
    std::size_t grants() { return governor.grant(now).size(); }
    /// One at the server that is up, so that nothing is in doubt.
    StartGovernor::Member up(const StartRequest& request)
    {
        const auto member = ask(request);
        governor.grant(now);
        governor.logged_in(member);
        return member;
    }
    void fail(StartGovernor::Member member, StartOutcome outcome) { governor.ended(member, outcome, now); }
    Why why(StartGovernor::Member member) const { return governor.hold(member, now).why; }

    StartGovernor governor;
    Time now = Time() + 1h;
};

const StartRequest here{.server = "here 22", .account = 1};

}  // namespace

TEST_CASE("Starting: so many at a time in all, and so many at one server")
{
    Office office(8, 3);
    office.up(here);
    office.up({.server = "there 22", .account = 2});
    const auto at_one = office.ask(5, here);
    const auto at_other = office.ask(9, {.server = "there 22", .account = 2});
    CHECK(office.grants() == 6);
    office.governor.logged_in(at_one[0]);
    CHECK(office.governor.grant(office.now) == Starters{at_one[3]});
    office.fail(at_other[1], StartOutcome::other);
    CHECK(office.governor.grant(office.now) == Starters{at_other[3]});
    const auto elsewhere = office.ask(3, {});
    CHECK(office.governor.grant(office.now) == Starters{elsewhere[0], elsewhere[1]});
    CHECK(office.governor.hold(elsewhere[2], office.now).is_for_all);
    CHECK(office.governor.hold(at_one[4], office.now).before == 0);
    CHECK(office.governor.hold(at_other[5], office.now).before == 1);
}

TEST_CASE("Starting: a server that is silent holds no place for longer than it costs anything")
{
    Office office(1, 1);
    office.up(here);
    office.ask(here);
    CHECK(office.grants() == 1);
    const auto other = office.ask({.server = "there 22"});
    CHECK(office.grants() == 0);
    CHECK(office.governor.next_change(office.now) == office.now + 5s);
    office.now += 5s;
    CHECK(office.governor.grant(office.now) == Starters{other});
    const auto same = office.ask(here);
    office.now += 24s;
    CHECK(office.grants() == 0);  // at the server it may still be under way
    office.now += 1s;
    CHECK(office.governor.grant(office.now) == Starters{same});
}

TEST_CASE("Starting: where the log-in is not seen, a start counts for a second")
{
    Office office(1);
    office.ask({.login_is_seen = false});
    office.ask({.login_is_seen = false});
    CHECK(office.grants() == 1);
    office.now += 999ms;
    CHECK(office.grants() == 0);
    office.now += 1ms;
    CHECK(office.grants() == 1);
}

TEST_CASE("Starting: the fewest failures in a row come first, then the priority, then who is down longest")
{
    Office office(1);
    StartRequest request{.failures = 1, .priority = 9, .down_since = office.now - 9h};
    const auto last = office.ask(request);
    request = {.priority = 1, .down_since = office.now};
    const auto third = office.ask(request);
    const auto fourth = office.ask({.priority = 0, .down_since = office.now - 1h});
    request = {.priority = 1, .down_since = office.now - 1s};
    const auto second = office.ask(request);
    const auto first = office.ask({.priority = 2, .down_since = office.now});
    for (const auto expected : {first, second, third, fourth, last}) {
        CHECK(office.governor.grant(office.now) == Starters{expected});
        office.governor.logged_in(expected);
    }
}

TEST_CASE("Starting: at a server of which nothing is known one goes first")
{
    Office office;
    const auto members = office.ask(10, here);
    CHECK(office.governor.grant(office.now) == Starters{members[0]});
    office.governor.logged_in(members[0]);
    CHECK(office.grants() == 8);
}

TEST_CASE("Starting: at a server that is away one after another tries, until one has logged in")
{
    Office office;
    const auto members = office.ask(20, here);
    office.grants();
    CHECK_FALSE(office.governor.may_knock_since(members[1]));
    office.fail(members[0], StartOutcome::port_closed);
    CHECK(office.grants() == 0);
    CHECK(office.why(members[1]) == Why::server_away);
    CHECK(office.governor.may_knock_since(members[1]) == office.now);
    office.now += 250ms;
    CHECK(office.governor.grant(office.now) == Starters{members[1]});
    office.fail(members[1], StartOutcome::port_closed);
    office.now += 100ms;
    office.governor.answered(members[5], office.now);  // the knock
    CHECK(office.governor.grant(office.now) == Starters{members[2]});
    office.governor.logged_in(members[2]);
    CHECK(office.grants() == 8);
}

TEST_CASE("Starting: the longer a server is away, the longer the waits of all, up to 5 s")
{
    Office office;
    const auto members = office.ask(2, here);
    office.grants();
    office.fail(members[0], StartOutcome::unreachable);
    for (const auto& [lasted, wait] : std::vector<std::pair<Duration, Duration>>{
             {1s, 250ms}, {10s, 500ms}, {60s, 3s}, {100s, 5s}, {1h, 5s}}) {
        Office away;
        const auto two = away.ask(2, here);
        away.grants();
        away.fail(two[0], StartOutcome::unreachable);
        away.now += lasted;
        CHECK(away.governor.grant(away.now) == Starters{two[1]});
        away.fail(two[1], StartOutcome::unreachable);
        away.governor.ask(two[0], here, away.now);
        CHECK(away.governor.next_change(away.now) == away.now + wait);
    }
}

TEST_CASE("Starting: a server that answers knocks and lets nobody in is not tried for them")
{
    Office office;
    const auto members = office.ask(4, here);
    office.grants();
    office.fail(members[0], StartOutcome::port_closed);
    office.governor.answered(members[1], office.now + 1ms);
    office.now += 2ms;
    CHECK(office.grants() == 1);
    office.fail(members[1], StartOutcome::unreachable);
    CHECK_FALSE(office.governor.may_knock_since(members[2]));
    office.now += 1s;
    CHECK(office.grants() == 1);
    office.fail(members[2], StartOutcome::port_closed);
    CHECK(office.governor.may_knock_since(members[3]));
}

TEST_CASE("Starting: what one tunnel cannot reach while another one is up is a matter of its own")
{
    Office office;
    office.up(here);
    const auto broken = office.ask(here);
    for (int i = 0; i < 3; ++i) {
        CHECK(office.grants() == 1);
        office.fail(broken, StartOutcome::unreachable);
        office.governor.ask(broken, here, office.now);
    }
    CHECK(office.governor.server_is_up(broken));
    office.ask(4, here);
    CHECK(office.grants() == 5);
}

TEST_CASE("Starting: a tunnel that is alone at its server follows its own rules only")
{
    Office office;
    const auto alone = office.ask(here);
    for (const StartOutcome outcome :
         {StartOutcome::port_closed, StartOutcome::refused, StartOutcome::refused, StartOutcome::refused,
          StartOutcome::shut_out, StartOutcome::shut_out, StartOutcome::closed, StartOutcome::dropped}) {
        CHECK(office.governor.grant(office.now) == Starters{alone});
        office.fail(alone, outcome);
        office.governor.ask(alone, here, office.now);
    }
    CHECK_FALSE(office.governor.may_knock_since(alone));
}

TEST_CASE("Starting: after a refused log-in one tunnel tries it for all that have the same")
{
    Office office;
    const auto members = office.ask(3, here);
    office.grants();
    office.fail(members[0], StartOutcome::refused);
    office.now += 10min;
    CHECK(office.grants() == 0);
    CHECK(office.why(members[1]) == Why::login_refused);
    CHECK(office.governor.hold(members[1], office.now).whom == members[0]);
    office.governor.ask(members[0], here, office.now);
    CHECK(office.governor.grant(office.now) == Starters{members[0]});
    office.governor.logged_in(members[0]);
    CHECK(office.grants() == 2);
}

TEST_CASE("Starting: where the one that tries is gone, or asked for another, that one tries")
{
    Office office;
    const auto members = office.ask(4, here);
    office.grants();
    office.fail(members[0], StartOutcome::refused);
    office.now += 16s;
    StartRequest asked = here;
    asked.is_asked_for = true;
    office.governor.ask(members[2], asked, office.now);
    CHECK(office.governor.grant(office.now) == Starters{members[2]});
    office.fail(members[2], StartOutcome::refused);
    CHECK(office.governor.hold(members[1], office.now).whom == members[2]);
    office.governor.leave(members[2]);
    CHECK(office.grants() == 0);
    office.now += 30s;
    CHECK(office.governor.grant(office.now) == Starters{members[1]});
}

TEST_CASE(
    "Starting: log-ins that may be refused are made 15 s apart at one server, new ones two in that time")
{
    Office office;
    office.up({.server = "here 22", .account = 99});
    Starters members;
    for (std::uint64_t account = 1; account <= 9; ++account)
        members.push_back(office.ask({.server = "here 22", .account = account}));
    CHECK(office.grants() == 2);  // so many do no harm
    office.fail(members[0], StartOutcome::refused);
    office.fail(members[1], StartOutcome::refused);
    int tries = 2;
    const Time end = office.now + 50s;
    for (; office.now < end; office.now += 100ms)
        for (const auto member : office.governor.grant(office.now)) {
            ++tries;
            office.fail(member, StartOutcome::refused);
        }
    CHECK(tries == 8);
    // One whose log-in is known to be good does not wait for them.
    const auto good = office.ask({.server = "here 22", .account = 99});
    CHECK(office.governor.grant(office.now) == Starters{good});
}

TEST_CASE("Starting: a refusal to one tunnel is its own while another one with the same log-in is up")
{
    Office office;
    office.up(here);
    const auto broken = office.ask(here);
    office.grants();
    office.fail(broken, StartOutcome::refused);
    const auto other = office.ask(here);
    CHECK(office.governor.grant(office.now) == Starters{other});
}

TEST_CASE("Starting: a server that shuts two tunnels out is tried once after 30 s, 60 s and so on")
{
    Office office;
    office.up(here);
    const auto members = office.ask(6, here);
    office.grants();
    office.fail(members[0], StartOutcome::shut_out);
    office.governor.ask(members[0], here, office.now);
    CHECK(office.grants() == 1);  // one alone may be mistaken
    for (const auto member : members)
        office.fail(member, StartOutcome::shut_out);
    for (const auto member : members)
        office.governor.ask(member, here, office.now);
    for (const Duration wait : std::vector<Duration>{30s, 60s, 2min, 4min, 8min, 10min, 10min}) {
        CHECK(office.grants() == 0);
        CHECK(office.why(members[3]) == Why::shut_out);
        CHECK(office.governor.next_change(office.now) == office.now + wait);
        office.now += wait;
        const Starters tries = office.governor.grant(office.now);
        REQUIRE(tries.size() == 1);
        office.fail(tries[0], StartOutcome::shut_out);
        office.governor.ask(tries[0], here, office.now);
    }
    office.now += 10min;
    const Starters last = office.governor.grant(office.now);
    REQUIRE(last.size() == 1);
    office.governor.logged_in(last[0]);
    CHECK(office.grants() == 5);
}

TEST_CASE("Starting: connections that are closed without a word shut out only when that lasts")
{
    struct Case {
        Duration between;
        bool shut_out;
    };
    for (const Case& each : {Case{2s, false}, Case{3s, true}}) {
        Office office;
        office.up(here);
        const auto members = office.ask(3, here);
        office.grants();
        office.fail(members[0], StartOutcome::closed);
        office.now += each.between;
        office.fail(members[1], StartOutcome::closed);
        office.governor.ask(members[0], here, office.now);
        CHECK((office.why(members[0]) == Why::shut_out) == each.shut_out);
    }
}

TEST_CASE("Starting: log-ins that we end ourselves are counted as the server counts them")
{
    Office office;
    office.up(here);
    const auto members = office.ask(12, here);
    for (int i = 0; i < 2; ++i)
        for (const auto member : office.governor.grant(office.now))
            office.fail(member, StartOutcome::dropped);
    const auto next = office.ask(here);
    CHECK(office.grants() == 0);
    CHECK(office.why(next) == Why::server_busy);
    office.now += 4s;
    CHECK(office.grants() == 1);
}

TEST_CASE("Starting: a tunnel may go at any time, whatever it does")
{
    Office office(2);
    const auto up = office.up(here);
    auto members = office.ask(4, here);
    CHECK(office.grants() == 2);
    office.governor.leave(members[0]);
    CHECK(office.governor.grant(office.now) == Starters{members[2]});
    office.governor.leave(members[3]);
    office.governor.leave(up);
    CHECK_FALSE(office.governor.server_is_up(members[1]));
    for (const auto member : {members[1], members[2]})
        office.governor.leave(member);
    CHECK(office.grants() == 0);
    CHECK(office.governor.next_change(office.now) == never);
}

TEST_CASE("Starting: what is said of a wait")
{
    const Time now = Time() + 1h;
    const auto words = [&](StartHold hold) { return in_words(hold, "192.0.2.1 22", "db", now); };
    CHECK(words({.before = 12}) == "for its turn (12 before it)");
    CHECK(words({}) == "for its turn");
    CHECK(words({.why = Why::server_away, .before = 2}) ==
          "for 192.0.2.1 port 22 to answer, which others try (2 before it)");
    CHECK(words({.why = Why::same_login}) == "for db to log in, as it has the same log-in");
    CHECK(words({.why = Why::login_refused}) == "for db to log in, as the same log-in was refused to it");
    CHECK(words({.why = Why::shut_out, .until = now + 30s}) ==
          "for its turn in 30 s, as 192.0.2.1 port 22 closes the connections of several tunnels before its "
          "greeting");
    CHECK(words({.why = Why::server_busy, .until = now + 3500ms}) ==
          "for its turn in 4 s, as 192.0.2.1 port 22 could shut this address out");
    CHECK(remedy({.why = Why::shut_out}).find("PerSourcePenaltyExemptList") != std::string_view::npos);
    CHECK(remedy(StartHold{}).empty());
}

TEST_CASE("Starting: what others learn from the end of an ssh")
{
    struct Case {
        LastSession last;
        bool by_us;
        StartOutcome outcome;
    };
    const Case cases[] = {
        {{.failure = FailureClass::refused}, false, StartOutcome::port_closed},
        {{.failure = FailureClass::timed_out}, true, StartOutcome::unreachable},
        {{.failure = FailureClass::connection_lost}, false, StartOutcome::unreachable},
        {{.failure = FailureClass::connection_lost, .closed_at_once = true}, false, StartOutcome::closed},
        {{.failure = FailureClass::shut_out, .closed_at_once = true}, false, StartOutcome::shut_out},
        {{.failure = FailureClass::authentication_refused}, false, StartOutcome::refused},
        {{.failure = FailureClass::host_key_changed}, false, StartOutcome::refused},
        {{.failure = FailureClass::other, .perhaps_refused = true}, false, StartOutcome::refused},
        {{.failure = FailureClass::other}, true, StartOutcome::dropped},
        {{.failure = FailureClass::local_port_in_use}, false, StartOutcome::other},
        {{.logged_in = true, .failure = FailureClass::connection_lost}, false, StartOutcome::other},
        {{.ran = false, .failure = FailureClass::authentication_refused}, false, StartOutcome::other},
    };
    for (const Case& each : cases)
        CHECK(outcome_of(each.last, each.by_us) == each.outcome);
}

TEST_CASE("Starting: by default four at a time for each processor, and at least 8")
{
    CHECK(most_starts({}, 0) == 8);
    CHECK(most_starts({}, 2) == 8);
    CHECK(most_starts({}, 16) == 64);
    CHECK(most_starts({.in_all = 3}, 16) == 3);
}

TEST_CASE("Starting: second ones beside connections in doubt have the same limits, and are no tunnels more")
{
    Office office(8, 2);
    const auto down = office.up(here);
    const Starters first{office.up(here), office.up(here), office.up(here), office.up(here)};
    Starters seconds;
    for (const auto member : first)
        seconds.push_back(office.ask({.server = "here 22", .account = 1, .beside = member}));
    CHECK(office.governor.grant(office.now) == Starters{seconds[0], seconds[1]});
    CHECK(office.why(seconds[2]) == Why::order);
    office.governor.logged_in(seconds[0]);
    CHECK(office.governor.grant(office.now) == Starters{seconds[2]});
    // One that is down is tried by the same order, and the place of one that was withdrawn is free.
    office.fail(down, StartOutcome::other);
    StartRequest request = here;
    request.priority = 1;
    office.governor.ask(down, request, office.now);
    office.governor.withdraw(seconds[1]);
    CHECK(office.governor.grant(office.now) == Starters{down});
    office.fail(seconds[2], StartOutcome::dropped);
    CHECK(office.governor.grant(office.now) == Starters{seconds[3]});
    CHECK(office.governor.server_is_up(first[0]));
}

TEST_CASE("Starting: a second one of a tunnel that is alone at its server waits for nothing")
{
    Office office;
    const auto first = office.up({.server = "there 22"});
    const auto second = office.governor.join();
    const StartRequest request{.server = "there 22", .beside = first};
    for (const auto outcome : {StartOutcome::unreachable, StartOutcome::closed, StartOutcome::shut_out,
                               StartOutcome::refused, StartOutcome::dropped, StartOutcome::port_closed}) {
        office.governor.ask(second, request, office.now);
        CHECK(office.governor.grant(office.now) == Starters{second});
        office.fail(second, outcome);
    }
    office.fail(first, StartOutcome::other);
    office.governor.ask(first, {.server = "there 22"}, office.now);
    CHECK(office.governor.grant(office.now) == Starters{first});
}

TEST_CASE("Starting: what is only to be renewed comes last among equals, and one at a time")
{
    Office office;
    const auto one = office.up(here);
    const auto other = office.up(here);
    const auto newer = office.ask({.server = "here 22", .account = 1, .beside = one, .can_wait = true});
    const auto newest = office.ask({.server = "here 22", .account = 1, .beside = other, .can_wait = true});
    const auto down = office.ask({.server = "here 22", .account = 1, .down_since = office.now});
    const auto failed = office.ask({.server = "here 22", .account = 1, .failures = 1});
    CHECK(office.governor.grant(office.now) == Starters{down, failed});
    office.governor.logged_in(down);
    CHECK(office.grants() == 0);
    office.governor.logged_in(failed);
    CHECK(office.governor.grant(office.now) == Starters{newer});
    office.governor.logged_in(newer);
    CHECK(office.governor.grant(office.now) == Starters{newest});
}

TEST_CASE("Starting: a server that shuts us out is not tried beside connections in doubt either")
{
    Office office;
    const auto one = office.up(here);
    const auto other = office.up(here);
    const auto first = office.ask({.server = "here 22", .account = 1, .beside = one});
    const auto second = office.ask({.server = "here 22", .account = 1, .beside = other});
    CHECK(office.grants() == 2);
    office.fail(first, StartOutcome::shut_out);
    office.fail(second, StartOutcome::shut_out);
    office.governor.ask(first, {.server = "here 22", .account = 1, .beside = one}, office.now);
    CHECK(office.grants() == 0);
    CHECK(office.why(first) == Why::shut_out);
    office.now += 30s;
    CHECK(office.governor.grant(office.now) == Starters{first});
    office.governor.logged_in(first);
    CHECK(office.governor.server_is_up(one));
}
