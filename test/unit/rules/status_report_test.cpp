// Manual, "--check" and "Service managers": the state in words, and what a supervisor answers.
#include "autossh/rules/status_report.hpp"
#include "support/catch.hpp"
#include "unit/rules/start.hpp"

#include <optional>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

/// A tunnel to which one thing after another happens, a second apart.
Status after(const std::vector<TunnelEvent>& happenings)
{
    StateMachine chronicle;
    Time now = start;
    for (const TunnelEvent what : happenings) {
        if (what == TunnelEvent::ended)
            static_cast<void>(chronicle.record_wait(now, "connection refused by 192.0.2.1 port 22", 8s));
        else
            static_cast<void>(chronicle.record(what, now, "cause"));
        now += 1s;
    }
    return chronicle.status();
}

const std::vector<TunnelEvent> to_up{TunnelEvent::start, TunnelEvent::executed, TunnelEvent::logged_in,
                                     TunnelEvent::confirmed};

std::vector<TunnelEvent> up_and(std::vector<TunnelEvent> more)
{
    more.insert(more.begin(), to_up.begin(), to_up.end());
    return more;
}

}  // namespace

TEST_CASE("Check: the state gives the health, and words that a person understands")
{
    using enum TunnelEvent;
    struct Row {
        std::vector<TunnelEvent> happenings;
        Duration later;  ///< than the start
        Health health;
        std::string words;
    };
    const std::vector<Row> rows{
        {{}, 0s, Health::impaired, "starting"},
        {{start}, 2s, Health::impaired, "starting for 2 s"},
        {{start, executed}, 61s, Health::impaired, "connecting for 1 m"},
        {{start, executed, logged_in}, 3s, Health::impaired, "authenticated for 1 s"},
        {to_up, 3s, Health::up, "up for 0 s"},
        {to_up, 3h + 3s, Health::up, "up for 3 h"},
        {up_and({forward_refused}), 14s, Health::impaired, "degraded for 10 s: cause"},
        {up_and({test_failed}), 14s, Health::impaired, "suspect for 10 s: cause"},
        {up_and({test_failed, test_passed}), 63s, Health::up, "up for 1 m"},
        {up_and({ending}), 5s, Health::down, "stopping: cause"},
        {up_and({ended}), 5s, Health::down, "waiting 7 s: connection refused by 192.0.2.1 port 22"},
        {up_and({ended}), 1h, Health::down, "waiting: connection refused by 192.0.2.1 port 22"},
        // The first try after a fault is not yet one in vain.
        {up_and({ended, start, executed}), 16s, Health::impaired,
         "connecting for 10 s; down for 12 s: connection refused by 192.0.2.1 port 22"},
        {up_and({ended, start, executed, ended, start, executed}), 34s, Health::down,
         "connecting for 25 s; down for 30 s: connection refused by 192.0.2.1 port 22"},
        {{start, executed, ended, start},
         5s,
         Health::down,
         "starting for 2 s; not up before: connection refused by 192.0.2.1 port 22"},
        {up_and({ended, start, executed, logged_in, confirmed}), 60s, Health::up, "up for 52 s"},
        {up_and({ended, start, executed, ended, start, executed, logged_in}), 34s, Health::down,
         "authenticated for 24 s; down for 30 s: connection refused by 192.0.2.1 port 22"},
        {{start, executed, ended_for_good}, 5s, Health::down, "gave up: cause"},
    };
    for (const Row& row : rows) {
        const Status status = after(row.happenings);
        CAPTURE(row.words);
        CHECK(in_words(status, ::start + row.later) == row.words);
        CHECK(health(status) == row.health);
    }
}

TEST_CASE("Check: without a way to the server there is no time to tell")
{
    StateMachine chronicle;
    static_cast<void>(chronicle.record(TunnelEvent::start, start, "first start"));
    static_cast<void>(chronicle.record_wait(start, "no route to 192.0.2.1", std::nullopt));
    CHECK(in_words(chronicle.status(), start + 1min) ==
          "waiting for a way to the server: no route to 192.0.2.1");
}

TEST_CASE("Check: the last test of this session is told, and not that of an earlier one")
{
    StateMachine chronicle;
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start, "cause"));
    chronicle.note_round_trip(23ms);
    CHECK(in_words(chronicle.status(), start + 5s) == "up for 5 s; last test 23 ms");
    chronicle.note_round_trip(0ms);
    CHECK(in_words(chronicle.status(), start + 5s) == "up for 5 s; last test 1 ms");
    static_cast<void>(chronicle.record_wait(start + 6s, "killed", 0s));
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start + 7s, "cause"));
    CHECK(in_words(chronicle.status(), start + 8s) == "up for 1 s");
}

TEST_CASE("Check: the ports that the server has allocated in this session are told while they can be used")
{
    StateMachine chronicle;
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start, "cause"));
    CHECK_FALSE(chronicle.note_forwards({}, ""));
    CHECK(chronicle.note_forwards({"46645"}, ""));
    CHECK_FALSE(chronicle.note_forwards({"46645"}, ""));
    chronicle.note_round_trip(23ms);
    CHECK(in_words(chronicle.status(), start + 5s) == "up for 5 s; last test 23 ms; allocated port 46645");
    CHECK(chronicle.note_forwards({"46645", "46646"}, ""));
    static_cast<void>(chronicle.record(TunnelEvent::forward_refused, start, "cause"));
    CHECK(in_words(chronicle.status(), start + 5s) ==
          "degraded for 5 s; allocated ports 46645, 46646: cause");
    CHECK(chronicle.note_forwards({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, ""));
    CHECK(in_words(chronicle.status(), start + 5s) ==
          "degraded for 5 s; allocated ports 1, 2, 3, 4, 5, 6, 7, 8 and 2 more: cause");
    static_cast<void>(chronicle.record_wait(start + 6s, "killed", 0s));
    CHECK(in_words(chronicle.status(), start + 6s) == "waiting: killed");
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start + 7s, "cause"));
    CHECK(in_words(chronicle.status(), start + 8s) == "up for 1 s");
}

TEST_CASE("Check: the forwards of this session are told, each with its state")
{
    StateMachine chronicle;
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start, "cause"));
    CHECK(chronicle.note_forwards({}, "-L 1 unknown"));
    CHECK_FALSE(chronicle.note_forwards({}, "-L 1 unknown"));
    CHECK(in_words(chronicle.status(), start + 5s) == "up for 5 s; forwards: -L 1 unknown");
    CHECK(chronicle.note_forwards({"7"}, "-L 1 working"));
    CHECK(in_words(chronicle.status(), start + 5s) == "up for 5 s; allocated port 7; forwards: -L 1 working");
    static_cast<void>(chronicle.record(TunnelEvent::forward_refused, start, "cause"));
    CHECK(in_words(chronicle.status(), start + 5s) ==
          "degraded for 5 s; allocated port 7: cause; forwards: -L 1 working");
    static_cast<void>(chronicle.record_wait(start + 6s, "killed", 0s));
    CHECK(in_words(chronicle.status(), start + 6s) == "waiting: killed");
    for (const TunnelEvent what : to_up)
        static_cast<void>(chronicle.record(what, start + 7s, "cause"));
    CHECK(in_words(chronicle.status(), start + 8s) == "up for 1 s");
}

TEST_CASE("Status report: comes through a socket as it was")
{
    const std::vector<StatusReport> reports{
        {.name = "home", .pid = 42, .health = Health::up, .words = "up for 5 s; last test 23 ms"},
        {.name = "", .pid = 1, .health = Health::down, .words = "waiting: nothing"},
        {.name = "user@host", .pid = 4'194'304, .health = Health::impaired, .words = ""},
    };
    for (const StatusReport& report : reports)
        CHECK(status_report_from(to_text(report)) == report);
    // Nobody's terminal is to obey what came through a socket.
    CHECK(status_report_from("pid 1\nhealth 0\nname a\x1b[31m\nwords b\x1b]0;c\x07\nend\n")
              ->words.find('\x1b') == std::string::npos);
    // A server's words may end up in a cause.
    const StatusReport forged{
        .name = "a\nhealth 0", .pid = 1, .health = Health::down, .words = "x\nhealth 0\n"};
    CHECK(status_report_from(to_text(forged))->health == Health::down);
}

TEST_CASE("Status report: what is not the whole of one is none")
{
    const std::string whole = to_text({.name = "n", .pid = 42, .health = Health::up, .words = "up"});
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK_FALSE(status_report_from(whole.substr(0, size)));
    for (const char* text : {"end\n", "pid 42\nend\n", "health 0\nend\n", "pid 0\nhealth 0\nend\n",
                             "pid -1\nhealth 0\nend\n", "pid 99999999999\nhealth 0\nend\n",
                             "pid 1\nhealth 3\nend\n", "pid 1\nhealth x\nend\n", "pid\nhealth\nend\n"})
        CHECK_FALSE(status_report_from(text));
    CHECK(status_report_from("later words\n\npid 1\nhealth 2\nend\nmore")->pid == 1);
}

TEST_CASE("Check: the remedy stands behind what it is for, until the tunnel is up")
{
    Status status;
    status.state = State::waiting;
    status.cause = "connection refused by gw port 22";
    status.remedy = "start sshd on gw";
    CHECK(in_words(status, Time{}) ==
          "waiting for a way to the server: connection refused by gw port 22; remedy: start sshd on gw");
    status.state = State::up;
    CHECK(in_words(status, Time{}).find("remedy") == std::string::npos);
}

TEST_CASE("Check: that other ssh share the connection is told while it works")
{
    StateMachine states;
    Time now = start;
    for (const TunnelEvent what : to_up)
        static_cast<void>(states.record(what, now, "cause"));
    CHECK(states.note_sharing("shared with 2 sessions"));
    CHECK_FALSE(states.note_sharing("shared with 2 sessions"));
    CHECK(in_words(states.status(), now + 3s) == "up for 3 s; shared with 2 sessions");
    CHECK(states.note_sharing("2 sessions share it"));
    static_cast<void>(states.record(TunnelEvent::test_failed, now, "a reason"));
    CHECK(in_words(states.status(), now + 3s) == "suspect for 3 s: a reason; 2 sessions share it");
}
