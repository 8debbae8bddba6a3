// autossh-hub(7), "States of a box".
#include "autossh/hub/box_book.hpp"
#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

HubTime hub_moment(Duration since)
{
    return {Time() + std::chrono::hours(1000) + since, WallTime(std::chrono::hours(500'000)) + since};
}

std::string account_for_test(uid_t uid)
{
    return "u" + std::to_string(uid);
}

std::optional<uid_t> uid_for_test(const std::string& name)
{
    return name.starts_with('u') ? std::optional<uid_t>(static_cast<uid_t>(std::stoul(name.substr(1))))
                                 : std::nullopt;
}

/// "lost n1", "back n1", "wrong n1 5", "n1: alive-late"
std::string event_in_words(const BoxEvent& event)
{
    switch (event.kind) {
    case BoxEvent::Kind::changed: break;
    case BoxEvent::Kind::lost: return "lost " + event.box;
    case BoxEvent::Kind::back: return "back " + event.box;
    case BoxEvent::Kind::wrong_account:
        return "wrong " + event.box + " " + (event.uid ? std::to_string(*event.uid) : "?");
    }
    return event.box + ": " + std::string(name(event.before)) + "-" + std::string(name(event.state));
}

/// A book whose boxes beat when the test says so.
class BookLab {
public:
    explicit BookLab(const HubSettings& rules = {}) : book(rules, hub_moment(0s)) {}

    void beat(const std::string& box, Duration at, std::optional<uid_t> uid = 1000)
    {
        note(book.take({box, "node", 7}, uid, hub_moment(at)));
    }
    void look(Duration at) { note(book.look(hub_moment(at))); }
    std::string state(const std::string& box, Duration at) const
    {
        const auto facts = book.facts_of(box, hub_moment(at), account_for_test);
        return facts ? facts->state : "none";
    }
    BoxFacts facts(const std::string& box, Duration at) const
    {
        return book.facts_of(box, hub_moment(at), account_for_test).value_or(BoxFacts());
    }
    /// Since the last time.
    std::vector<std::string> told() { return std::exchange(told_, {}); }

    BoxBook book;

private:
    void note(const std::vector<BoxEvent>& events)
    {
        for (const BoxEvent& event : events)
            told_.push_back(event_in_words(event));
    }

    std::vector<std::string> told_;
};

using Told = std::vector<std::string>;

HubSettings expecting(const std::vector<ExpectedBox>& boxes)
{
    HubSettings rules;
    rules.expect = boxes;
    return rules;
}

ExpectedBox box_named(const std::string& name, std::optional<uid_t> uid = {})
{
    return {.name = name, .account = uid ? account_for_test(*uid) : "", .uid = uid, .probe = {}};
}

}  // namespace

TEST_CASE("States of a box: one that beats every minute is late after two minutes, and lost after three")
{
    BookLab lab;
    for (auto at = 0s; at <= 300s; at += 60s)
        lab.beat("n1", at);
    CHECK(lab.told() == Told{"n1: awaited-alive"});
    CHECK(lab.facts("n1", 300s).every == Seconds(60));
    CHECK(lab.book.next_look() == hub_moment(420s).now);
    CHECK(lab.state("n1", 419s) == "alive");
    lab.look(420s);  // 1.5 times 60 s and 15 s are less than two minutes
    CHECK(lab.state("n1", 420s) == "late");
    lab.look(494s);
    CHECK(lab.told() == Told{"n1: alive-late"});
    lab.look(495s);  // 3 times 60 s and 15 s
    CHECK(lab.told() == Told{"lost n1"});
    CHECK(lab.facts("n1", 495s).lost_since == hub_moment(495s).wall);
    CHECK(lab.facts("n1", 495s).gaps.size() == 1);
    CHECK(lab.book.lost() == 1);
    CHECK(lab.book.next_look() == never);
    lab.look(10h);
    CHECK(lab.told().empty());
    lab.beat("n1", 11h);
    CHECK(lab.told() == Told{"back n1"});
    CHECK(lab.state("n1", 11h) == "alive");
    // The outage is no measure of how often it beats.
    CHECK(lab.facts("n1", 11h).longest == Seconds(60));
    CHECK(lab.facts("n1", 11h).gaps.size() == 1);
    CHECK(lab.facts("n1", 26h).gaps.empty());
}

TEST_CASE("States of a box: one that beats less often than before is missed once or twice, and then known")
{
    BookLab lab;
    for (auto at = 0s; at <= 300s; at += 60s)
        lab.beat("n1", at);
    std::vector<std::string> told;
    for (auto at = 900s; at <= 4500s; at += 600s) {
        lab.look(at - 1s);
        lab.beat("n1", at);
    }
    const Told all = lab.told();
    CHECK(std::count(all.begin(), all.end(), "lost n1") == 2);
    CHECK(lab.facts("n1", 4500s).lost_after == Seconds(1815));
}

TEST_CASE("States of a box: of one that has beaten once nobody knows how often, so it has the time of 1.4g")
{
    BookLab lab;
    lab.beat("n1", 0s);
    lab.look(914s);
    CHECK(lab.state("n1", 914s) == "alive");
    lab.look(915s);
    lab.look(1815s);
    CHECK(lab.told() == Told{"n1: awaited-alive", "n1: alive-late", "lost n1"});
}

TEST_CASE("States of a box: the factors and the least time are the file's")
{
    HubSettings rules;
    rules.late = 2;
    rules.lost = 10;
    rules.least = 1s;
    BookLab lab(rules);
    lab.beat("n1", 0s);
    lab.beat("n1", 10s);
    CHECK(lab.facts("n1", 10s).late_after == Seconds(35));
    CHECK(lab.facts("n1", 10s).lost_after == Seconds(115));
}

TEST_CASE(
    "States of a box: one that is expected and never comes is lost, and one that nobody expects never is")
{
    BookLab lab(expecting({box_named("n1"), box_named("m*")}));
    CHECK(lab.state("n1", 0s) == "awaited");
    CHECK(lab.state("m1", 0s) == "none");
    lab.beat("m1", 1s);
    lab.beat("x", 1s);
    CHECK(lab.state("x", 1s) == "unexpected");
    CHECK_FALSE(lab.facts("x", 1s).is_expected);
    CHECK(lab.facts("x", 1s).health == "stopped");
    lab.look(1815s);
    lab.look(10h);
    CHECK(lab.told() ==
          Told{"m1: awaited-alive", "x: unexpected-unexpected", "m1: alive-late", "lost n1", "lost m1"});
    CHECK(lab.facts("n1", 10h).health == "down");
    lab.beat("n1", 11h);
    CHECK(lab.told() == Told{"back n1"});
}

TEST_CASE("The account: a name that is bound to one is no beat from another, and is told once")
{
    BookLab lab(expecting({box_named("n1", 5), box_named("m*", 5)}));
    lab.beat("n1", 0s, 5);
    CHECK(lab.told() == Told{"n1: awaited-alive"});
    lab.beat("n1", 10s, 6);
    lab.beat("n1", 20s, 6);
    CHECK(lab.told() == Told{"wrong n1 6"});
    lab.beat("n1", 30s, std::nullopt);  // the system does not tell whose it is
    CHECK(lab.told() == Told{"wrong n1 ?"});
    lab.beat("n1", 2h, std::nullopt);
    CHECK(lab.told() == Told{"wrong n1 ?"});
    CHECK(lab.facts("n1", 40s).last_seen == hub_moment(0s).wall);
    CHECK(lab.facts("n1", 40s).account == "u5");
    CHECK(lab.facts("n1", 40s).wrong_account == "unknown");
    CHECK(lab.facts("n1", 40s).wrong_times == 4);
    CHECK(lab.facts("n1", 40s).beats == 1);
    // A name that fits a pattern becomes no box by a stranger: it would be missed later.
    lab.beat("m1", 3h, 6);
    lab.beat("m2", 3h, 6);
    CHECK(lab.told() == Told{"wrong m1 6"});
    CHECK(lab.state("m1", 3h) == "none");
}

TEST_CASE(
    "What is kept: a hub that starts again misses a box that is silent since before, and only after a time")
{
    BookLab before;
    for (auto at = 0s; at <= 300s; at += 60s) {
        before.beat("n1", at, 1001);
        before.beat("n2", at);
    }
    for (auto at = 360s; at <= 600s; at += 60s) {
        before.look(at);
        before.beat("n2", at);
    }
    CHECK(before.state("n1", 600s) == "lost");
    BoxBook after({}, hub_moment(700s));
    after.restore(before.book.facts(hub_moment(600s), account_for_test), uid_for_test);
    const auto state = [&](const std::string& box, Duration at) {
        return after.facts_of(box, hub_moment(at), account_for_test)->state;
    };
    CHECK(state("n1", 700s) == "lost");
    CHECK(after.facts_of("n1", hub_moment(700s), account_for_test)->account == "u1001");
    CHECK(state("n2", 700s) == "awaited");
    CHECK(after.look(hub_moment(700s)).empty());
    CHECK(after.next_look() == hub_moment(895s).now);
    CHECK(after.look(hub_moment(894s)).empty());
    const auto events = after.look(hub_moment(895s));
    REQUIRE(events.size() == 1);
    CHECK(event_in_words(events.front()) == "lost n2");
    CHECK(events.front().lasted == 295s);
    CHECK(event_in_words(after.take({"n1", "node", 8}, 1001, hub_moment(900s)).front()) == "back n1");
    CHECK(after.facts_of("n1", hub_moment(900s), account_for_test)->longest == Seconds(60));
}

TEST_CASE("What is kept: what is not expected any more, or was not seen for long, is forgotten")
{
    HubSettings rules = expecting({box_named("n1"), box_named("m*")});
    rules.forget = 24h;
    BookLab before(rules);
    before.beat("n1", 0s);
    before.beat("m1", 0s);
    before.beat("x", 0s);
    before.look(20h);
    CHECK(before.book.size() == 3);
    before.look(24h);
    CHECK(before.state("n1", 24h) == "lost");  // named, so it stays
    CHECK(before.state("m1", 24h) == "none");
    CHECK(before.state("x", 24h) == "none");
    BoxBook after(rules, hub_moment(49h));
    BookLab other(rules);
    other.beat("m2", 0s);
    after.restore(other.book.facts(hub_moment(1h), account_for_test), uid_for_test);
    CHECK_FALSE(after.facts_of("m2", hub_moment(49h), account_for_test));
}

TEST_CASE("What is kept: a hub that was stopped for a while blames nobody for it")
{
    BookLab lab;
    lab.beat("n1", 0s);
    lab.beat("n1", 60s);
    lab.book.was_away(hub_moment(1000s));
    lab.look(1000s);
    CHECK(lab.state("n1", 1000s) == "awaited");
    lab.beat("n1", 1100s);
    CHECK(lab.facts("n1", 1100s).longest == Seconds(60));
    CHECK(lab.told() == Told{"n1: awaited-alive", "n1: alive-awaited", "n1: awaited-alive"});
}

TEST_CASE("A changed file: boxes that are in both stay as they are")
{
    BookLab lab(expecting({box_named("n1"), box_named("n2")}));
    lab.beat("n1", 0s);
    lab.beat("x", 0s);
    lab.book.set_rules(expecting({box_named("n1"), box_named("x"), box_named("n3")}), hub_moment(100s));
    CHECK(lab.state("n1", 100s) == "alive");
    CHECK(lab.facts("n1", 100s).beats == 1);
    CHECK(lab.state("n2", 100s) == "none");
    CHECK(lab.state("n3", 100s) == "awaited");
    lab.look(100s);
    CHECK(lab.state("x", 100s) == "alive");
}

TEST_CASE("Limits of a hub: there are 4096 boxes, and one that is expected has room before one that is not")
{
    BookLab lab(expecting({box_named("n*")}));
    for (std::size_t i = 0; i < HubSettings::most_boxes; ++i)
        lab.beat("x" + std::to_string(i), Duration(i));
    CHECK(lab.book.size() == HubSettings::most_boxes);
    lab.beat("y", 10s);
    CHECK(lab.book.not_kept() == 1);
    lab.beat("n1", 10s);
    CHECK(lab.state("n1", 10s) == "alive");
    CHECK(lab.state("x0", 10s) == "none");
    CHECK(lab.book.size() == HubSettings::most_boxes);
}

TEST_CASE("What is kept: a box is forgotten when somebody says so, but for one that the file waits for")
{
    BookLab lab(expecting({box_named("n1"), box_named("m*")}));
    lab.beat("n1", 0s);
    lab.beat("m1", 0s);
    lab.beat("x1", 0s);
    CHECK(lab.book.forget("m1").empty());
    CHECK(lab.book.forget("x1").empty());
    CHECK(lab.book.forget("x1") == "there is no such box");
    CHECK(lab.book.forget("n1").starts_with("it is in \"expect\" of the file"));
    CHECK(lab.state("m1", 1s) == "none");
    CHECK(lab.state("n1", 1s) == "alive");
    CHECK(lab.book.size() == 1);
}

TEST_CASE("Limits of a hub: a name that came only once gives way to a new one, and a box that beats does not")
{
    BookLab all;
    all.beat("n0", Duration(0));
    all.beat("n0", Duration(1));
    for (std::size_t i = 1; i < HubSettings::most_boxes; ++i)
        all.beat("x" + std::to_string(i), Duration(i));
    CHECK(all.book.size() == HubSettings::most_boxes);
    all.beat("n1", 10s);
    CHECK(all.book.size() == HubSettings::most_boxes);
    CHECK(all.state("n0", 10s) == "alive");
    CHECK(all.state("n1", 10s) == "alive");
    CHECK(all.state("x1", 10s) == "none");
    CHECK(all.state("x2", 10s) == "alive");
    CHECK(all.book.not_kept() == 0);
    for (std::size_t i = 2; i < HubSettings::most_boxes; ++i)
        all.beat("x" + std::to_string(i), 11s);
    all.beat("n1", 11s);
    all.beat("n2", 12s);
    CHECK(all.state("n2", 12s) == "none");
    CHECK(all.book.not_kept() == 1);
}

TEST_CASE("Probes: each box has its own place, and a name from a stranger leads to no other directory")
{
    HubSettings rules = expecting({box_named("n1"), box_named("m*"), box_named("o")});
    rules.expect[0].probe = "127.0.0.1:20001";
    rules.expect[1].probe = "/run/boxes/{name}.ssh";
    BookLab lab(rules);
    lab.beat("m1", 0s);
    lab.beat("m/../../x", 0s);
    lab.beat("zzz", 0s);
    using Probes = std::vector<std::pair<std::string, std::string>>;
    CHECK(lab.book.probes() == Probes{{"m1", "/run/boxes/m1.ssh"}, {"n1", "127.0.0.1:20001"}});
    CHECK_FALSE(lab.facts("n1", 0s).reached);
    lab.book.note_probe("m1", "");
    lab.book.note_probe("n1", "refused");
    lab.book.note_probe("none", "refused");
    CHECK(lab.facts("m1", 0s).reached == true);
    CHECK(lab.facts("n1", 0s).reached == false);
    CHECK(lab.facts("n1", 0s).unreached == "refused");
    lab.beat("n1", 1s);
    CHECK(lab.facts("n1", 1s).health == "impaired");
}
