// autossh-fleet(5), "Hooks": when which hook is called, and with what.
#include "autossh/hook/planner.hpp"

#include "support/catch.hpp"
#include "unit/hook/hook_test.hpp"

#include <fmt/core.h>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;
using Event = HookEvent;

namespace {

/// A planner on a clock that a test moves.
class Rehearsal {
public:
    explicit Rehearsal(std::vector<HookSettings> hooks) { planner.set_hooks(hooks); }

    Rehearsal& at(Duration time)
    {
        now_ = Time{} + 1h + time;
        return *this;
    }
    Rehearsal& happens(const std::string& tunnel, Event event)
    {
        planner.take({about(tunnel, event)}, now_);
        return *this;
    }
    Rehearsal& change(std::vector<HookNews> news)
    {
        planner.take(news, now_);
        return *this;
    }
    std::string calls() { return in_words(planner.take_calls(now_)); }
    std::string calls_at(Duration time) { return at(time).calls(); }
    /// From the beginning on; nothing: none.
    std::optional<Duration> next() const
    {
        const auto when = planner.next();
        if (!when)
            return std::nullopt;
        return std::chrono::duration_cast<Duration>(*when - Time{} - 1h);
    }

    HookPlanner planner;

private:
    Time now_ = Time{} + 1h;
};

HookSettings with_after(HookSettings hook, Duration after)
{
    hook.after = after;
    return hook;
}

HookSettings with_every(HookSettings hook, Duration every)
{
    hook.every = every;
    return hook;
}

HookSettings with_batch(HookSettings hook, Duration batch)
{
    hook.batch = batch;
    return hook;
}

void many(Rehearsal& rehearsal, int number, Event event)
{
    for (int i = 0; i < number; ++i)
        rehearsal.happens(fmt::format("t{}", i), event);
}

}  // namespace

TEST_CASE("Hooks: each is called for the events that it is on, and for no others")
{
    Rehearsal one({hook_on({Event::down, Event::recovered})});
    CHECK(one.happens("a", Event::up).calls().empty());
    CHECK(one.happens("a", Event::down).calls() == "down a");
    CHECK(one.happens("a", Event::up).calls() == "recovered a");
    CHECK(one.happens("a", Event::up).calls().empty());
    CHECK(one.happens("a", Event::port_allocated).calls().empty());
    CHECK_FALSE(one.next());

    Rehearsal all({hook_on({Event::up, Event::down, Event::degraded, Event::recovered, Event::gave_up,
                            Event::needs_person, Event::forward_refused, Event::port_allocated,
                            Event::box_lost, Event::box_back, Event::reload})});
    CHECK(all.happens("a", Event::up).calls() == "up a");
    CHECK(all.happens("a", Event::down).calls() == "down a");
    CHECK(all.happens("a", Event::needs_person).calls() == "needs-person a");
    CHECK(all.happens("a", Event::gave_up).calls() == "gave-up a");
    CHECK(all.happens("a", Event::up).calls() == "recovered a");
    CHECK(all.happens("a", Event::degraded).calls() == "degraded a");
    CHECK(all.happens("a", Event::recovered).calls() == "recovered a");
    CHECK(all.happens("a", Event::recovered).calls().empty());
    CHECK(all.happens("a", Event::forward_refused).calls() == "forward-refused a");
    CHECK(all.happens("a", Event::port_allocated).calls() == "port-allocated a");
}

TEST_CASE("Hooks: of what one change comes to, the most telling event is told")
{
    const std::vector<HookNews> change{about("a", Event::needs_person), about("a", Event::down)};
    CHECK(Rehearsal({hook_on({Event::down, Event::needs_person})}).change(change).calls() ==
          "needs-person a");
    CHECK(Rehearsal({hook_on({Event::down})}).change(change).calls() == "down a");
    CHECK(Rehearsal({hook_on({Event::needs_person})}).change(change).calls() == "needs-person a");
    Rehearsal late({with_after(hook_on({Event::down}), 60s)});
    CHECK(late.change(change).calls().empty());
    CHECK(late.calls_at(60s) == "down a");
    Rehearsal grave({with_after(hook_on({Event::down, Event::gave_up}), 60s)});
    CHECK(grave.happens("a", Event::down).at(10s).happens("a", Event::gave_up).calls().empty());
    CHECK(grave.calls_at(60s) == "gave-up a");
}

TEST_CASE("Hooks: what is over before its time is not told, and neither is its end")
{
    Rehearsal rehearsal({with_after(hook_on({Event::down, Event::recovered, Event::up}), 60s)});
    CHECK(rehearsal.happens("a", Event::down).calls().empty());
    CHECK(rehearsal.next() == Duration(60s));
    CHECK(rehearsal.at(59s).happens("a", Event::up).calls() == "up a");
    CHECK_FALSE(rehearsal.next());
    CHECK(rehearsal.calls_at(2min).empty());
    CHECK(rehearsal.happens("a", Event::down).calls_at(3min) == "down a");
    CHECK(rehearsal.happens("a", Event::up).calls() == "recovered a");

    // Also of one that is on the end alone.
    Rehearsal end({with_after(hook_on({Event::recovered}), 60s)});
    CHECK(end.happens("a", Event::down).at(59s).happens("a", Event::up).calls().empty());
    CHECK(end.happens("a", Event::down).calls_at(2min).empty());
    CHECK(end.happens("a", Event::up).calls() == "recovered a");
}

TEST_CASE("Hooks: an outage that a person has asked for is told when it has lasted for a minute")
{
    Rehearsal rehearsal({hook_on({Event::down, Event::recovered})});
    HookNews planned = about("a", Event::down);
    planned.is_planned = true;
    CHECK(rehearsal.change({planned}).at(1s).happens("a", Event::up).calls().empty());
    CHECK(rehearsal.change({planned}).calls_at(60s).empty());
    CHECK(rehearsal.calls_at(61s) == "down a");
    CHECK(rehearsal.happens("a", Event::up).calls() == "recovered a");
}

TEST_CASE("Hooks: of a tunnel that is stopped nothing more is told")
{
    Rehearsal rehearsal({with_after(hook_on({Event::down, Event::recovered}), 60s)});
    rehearsal.happens("a", Event::down).planner.forget("a");
    CHECK(rehearsal.calls_at(2min).empty());
    CHECK(rehearsal.happens("b", Event::down).calls_at(3min) == "down b");
    rehearsal.planner.forget("b");
    CHECK(rehearsal.happens("b", Event::up).calls().empty());
}

TEST_CASE("Hooks: every bounds what a flapping tunnel comes to, and its end is told")
{
    Rehearsal rehearsal({with_every(hook_on({Event::down, Event::recovered}), 60s)});
    CHECK(rehearsal.happens("a", Event::down).calls() == "down a");
    for (int second = 5; second < 55; second += 10) {
        CHECK(rehearsal.at(std::chrono::seconds(second)).happens("a", Event::up).calls().empty());
        CHECK(rehearsal.at(std::chrono::seconds(second + 5)).happens("a", Event::down).calls().empty());
    }
    CHECK(rehearsal.at(58s).happens("a", Event::up).calls().empty());
    CHECK(rehearsal.happens("b", Event::down).calls() == "down b");
    CHECK(rehearsal.next() == Duration(60s));
    CHECK(rehearsal.calls_at(60s) == "recovered a");
    CHECK(rehearsal.at(61s).happens("a", Event::down).calls().empty());
    CHECK(rehearsal.calls_at(120s) == "down a");
    // It ends as it was told: nothing is new.
    CHECK(rehearsal.at(121s).happens("a", Event::up).at(122s).happens("a", Event::down).calls().empty());
    CHECK(rehearsal.calls_at(180s).empty());
    CHECK(rehearsal.at(200s).happens("a", Event::up).calls() == "recovered a");
}

TEST_CASE("Hooks: more than 5 that go down at once are one call")
{
    const HookSettings hook = with_batch(hook_on({Event::down, Event::recovered, Event::up}), 10s);
    Rehearsal rehearsal({hook});
    many(rehearsal, 50, Event::down);
    CHECK(rehearsal.calls().empty());
    CHECK(rehearsal.next() == Duration(10s));
    CHECK(rehearsal.at(9s).happens("late", Event::down).calls().empty());
    CHECK(rehearsal.calls_at(10s) == "fleet-down 51");
    many(rehearsal.at(20s), 50, Event::up);
    CHECK(rehearsal.calls_at(30s) == "recovered 50");
    CHECK(rehearsal.happens("late", Event::up).calls_at(40s) == "recovered late");
    many(rehearsal, 5, Event::down);
    CHECK(rehearsal.calls_at(50s) == "down t0, down t1, down t2, down t3, down t4");
    // A blip: told at once, each for itself.
    Rehearsal blip({hook});
    many(blip, 6, Event::down);
    many(blip.at(3s), 6, Event::up);
    CHECK(blip.calls_at(10s) == "fleet-down 6");
    CHECK(blip.calls_at(13s) == "recovered 6");
    // What comes up for the first time is told of one by one.
    Rehearsal first({hook});
    many(first, 6, Event::up);
    CHECK(first.calls() == "up t0, up t1, up t2, up t3, up t4, up t5");
}

TEST_CASE("Hooks: who is on fleet-down alone hears of no fewer")
{
    Rehearsal rehearsal({with_batch(hook_on({Event::fleet_down, Event::recovered}), 10s)});
    many(rehearsal, 5, Event::down);
    CHECK(rehearsal.calls_at(10s).empty());
    many(rehearsal, 5, Event::up);
    CHECK(rehearsal.calls_at(20s).empty());
    many(rehearsal, 6, Event::down);
    rehearsal.at(21s).happens("t0", Event::up);
    CHECK(rehearsal.calls_at(30s).empty());  // 5 are left
    many(rehearsal.at(40s), 12, Event::down);
    CHECK(rehearsal.calls_at(50s) == "fleet-down 12");
    CHECK(rehearsal.happens("t1", Event::up).calls_at(60s) == "recovered t1");
}

TEST_CASE("Hooks: of one tunnel all is told in its order, whatever waits")
{
    Rehearsal rehearsal({with_batch(hook_on({Event::down, Event::recovered, Event::port_allocated}), 10s)});
    rehearsal.happens("x", Event::down).at(1s).happens("x", Event::up);  // the windows begin
    rehearsal.at(8s).happens("a", Event::down).at(9s).happens("a", Event::port_allocated);
    rehearsal.happens("a", Event::up).at(9500ms).happens("a", Event::down);
    CHECK(rehearsal.calls_at(10s) == "down x, down a, port-allocated a");
    CHECK(rehearsal.calls_at(11s) == "recovered x, recovered a, down a");
}

TEST_CASE("Hooks: which tunnels are meant, by names, patterns and groups")
{
    HookSettings hook = hook_on({Event::down, Event::box_lost});
    hook.tunnels = {"a", "box-*", "@critical"};
    Rehearsal rehearsal({hook});
    CHECK(rehearsal.happens("b", Event::down).calls().empty());
    CHECK(rehearsal.happens("a", Event::down).calls() == "down a");
    CHECK(rehearsal.happens("box-7", Event::down).calls() == "down box-7");
    HookNews grouped = about("c", Event::down);
    grouped.groups = {"north", "critical"};
    CHECK(rehearsal.change({grouped}).calls() == "down c");
    HookNews lost;
    lost.event = Event::box_lost;
    lost.box = "box-7";
    CHECK(rehearsal.change({lost}).calls() == "box-lost box-7");
    lost.box = "n1";
    CHECK(rehearsal.change({lost}).calls().empty());
}

TEST_CASE("Hooks: a reload takes over what has changed, and what was told counts still")
{
    const HookSettings before = with_after(hook_on({Event::down, Event::recovered}), 60s);
    Rehearsal rehearsal({before});
    CHECK(rehearsal.happens("a", Event::down).calls_at(60s) == "down a");
    HookSettings other = with_after(hook_on({Event::up}), 0s);
    other.name = "route";
    rehearsal.planner.set_hooks({other, with_after(before, 5s)});
    CHECK(rehearsal.happens("a", Event::up).calls() == "up a, recovered a");
    CHECK(rehearsal.at(100s).happens("a", Event::down).calls_at(105s) == "down a");
    rehearsal.planner.set_hooks({});
    CHECK_FALSE(rehearsal.planner.has_hooks());
    CHECK(rehearsal.happens("a", Event::up).calls().empty());
}

TEST_CASE("Hooks: at the end what waits for something is told, and trouble that has not lasted only if "
          "nobody asked")
{
    const HookSettings slow = with_after(hook_on({Event::down, Event::gave_up}), 60s);
    Rehearsal asked({slow, with_batch(hook_on({Event::down}), 10s)});
    asked.happens("a", Event::down).planner.finish(false);
    CHECK(asked.calls() == "down a");
    CHECK_FALSE(asked.next());
    Rehearsal own({slow});
    own.happens("a", Event::gave_up).planner.finish(true);
    CHECK(own.calls() == "gave-up a");
}
