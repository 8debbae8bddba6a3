// autosshctl(1), "Watch", on a terminal, with a process that answers as a test has it.
#include "autossh/control/answer.hpp"
#include "e2e/ctl/stand_in_daemon.hpp"
#include "e2e/ctl/watch_lab.hpp"
#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <atomic>
#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

using Reply = StandInDaemon::Reply;

OutagesFacts outages_of_web()
{
    OutagesFacts facts;
    for (unsigned number = 1; number <= 12; ++number)
        facts.outages.push_back({.tunnel = "web",
                                 .number = number,
                                 .began = WallTime(std::chrono::hours(number)),
                                 .lasted = Seconds(number),
                                 .end = "up",
                                 .cause = fmt::format("cause {}\x1b[2J", number),
                                 .by = "exit"});
    return facts;
}

/// Answers with these facts, and keeps connections for events.
StandInDaemon::Answer telling(const DaemonFacts& facts)
{
    return [facts](const ControlRequest& request) {
        if (request.ask == Ask::status)
            return Reply{status_answer(request.id, facts)};
        if (request.ask == Ask::events)
            return Reply{events_answer(request.id), true};
        if (request.ask == Ask::logs)
            return Reply{
                logs_answer(request.id, std::vector<TunnelLines>{{"db", {"first\x1b[2J", "second"}}}), true};
        if (request.ask == Ask::explain)
            return Reply{explain_answer(request.id, std::vector<TunnelText>{{"db", "Runs:\n    ssh -N\n"}})};
        if (request.ask == Ask::outages)
            return Reply{outages_answer(request.id, outages_of_web())};
        return Reply{order_answer(request.id, request.tunnels, {})};
    };
}

DaemonFacts facts_with_tests()
{
    DaemonFacts facts = fleet_facts(lab_name(), {"db", "web"});
    TunnelFacts& db = facts.tunnels.front();
    db.round_trip.last = Seconds(0.004);
    db.round_trip.tests = 3;
    db.round_trip.recent = {Seconds(0.008), std::nullopt, Seconds(0.004)};
    db.availability.day = 0.9998;
    facts.tunnels.back().state = "waiting";
    facts.tunnels.back().health = "down";
    facts.tunnels.back().cause = {"refused", "refused by 192.0.2.1 \x1b]0;x\x07 port 22", "start sshd there"};
    return facts;
}

std::vector<std::string> this_lab(const std::vector<std::string>& more = {})
{
    std::vector<std::string> words{"-D", lab_name(), "watch"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

}  // namespace

TEST_CASE("autosshctl, watch: a list that goes on, with bars for the tests, in UTF-8 or not")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    const WatchOnScreen watch(lab, this_lab());
    CHECK(watch.comes_to_show("2 tunnels: 1 up, 1 waiting"));
    const TerminalScreen screen = watch.screen();
    INFO(screen.text());
    CHECK(screen.line(1) == " NAME    STATE          FOR   RTT TESTS            24H CAUSE");
    CHECK(screen.line(2) ==
          ">web     waiting          -     -                    - refused by 192.0.2.1 \\...");
    CHECK(screen.line(3) == " db      up               -   4ms          █ ▄  99.98% server");
    CHECK(screen.line(23).starts_with("? help  q quit"));
    CHECK(screen.strange() == "");
    CHECK(watch.terminal_text().find("\x1b[32m") != std::string::npos);
    CHECK(watch.terminal_text().find("\x1b]0") == std::string::npos);

    const WatchOnScreen plain(lab, this_lab(), {{"LC_ALL", "C"}, {"NO_COLOR", "1"}}, 24, 200);
    CHECK(plain.comes_to_show("2 tunnels: 1 up, 1 waiting"));
    CHECK(plain.comes_to_show(" db      up                  -   4ms          % =  99.98% server"));
    CHECK(plain.shows("refused by 192.0.2.1 \\x1b]0;x\\x07 port 22"));
    for (const char colour : {'1', '2', '3'})
        CHECK(plain.terminal_text().find(fmt::format("\x1b[3{}m", colour)) == std::string::npos);
}

TEST_CASE("autosshctl, watch: a thousand tunnels, of which those are drawn that there is room for")
{
    const CtlLab lab;
    std::vector<std::string> names;
    for (int i = 1000; i < 2000; ++i)
        names.push_back(fmt::format("box-{}", i));
    const StandInDaemon daemon(lab.place(), "abcdef", telling(fleet_facts(lab_name(), names)));
    WatchOnScreen watch(lab, this_lab());
    CHECK(watch.line_has(2, ">box-1000 up"));
    CHECK(watch.line_has(22, " box-1020 up"));
    watch.type("\x1b[6~");  // page down
    CHECK(watch.line_has(22, ">box-1020 up"));
    watch.type("\x1bOF");  // end
    CHECK(watch.line_has(22, ">box-1999 up"));
    watch.type("k\x1bOA");
    CHECK(watch.line_has(20, ">box-1997 up"));

    watch.resize(60, 200);
    CHECK(watch.line_has(59, "S start"));
    CHECK(watch.line_has(58, " box-1999 up"));
    CHECK(watch.line_has(56, ">box-1997 up"));
    watch.resize(5, 20);
    CHECK(watch.line_has(3, ">box-1997 up"));
    CHECK(watch.line_has(4, "? help"));
    watch.resize(24, 80);
    watch.type("\x1bOH");  // home
    CHECK(watch.line_has(2, ">box-1000 up"));
    watch.type("/1234");
    CHECK(watch.line_has(2, ">box-1234 up"));
    CHECK(watch.line_has(23, "/1234"));
    CHECK(watch.screen().line(3).empty());
    watch.type("\rq");
    CHECK(watch.process().wait_for_exit() == exited(0));
    CHECK(watch.is_restored());
}

TEST_CASE("autosshctl, watch: details and a log of what the process tells")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    WatchOnScreen watch(lab, this_lab());
    CHECK(watch.line_has(2, ">web "));
    watch.type("\r");
    CHECK(watch.comes_to_show("Remedy:       start sshd there"));
    CHECK(watch.comes_to_show("exit  cause 12\\x1b[2J"));
    CHECK(watch.comes_to_show("exit  cause 3\\x1b[2J"));
    CHECK(watch.screen().text().find("cause 2\\x1b") == std::string::npos);
    watch.type("\x1b[6~");  // page down
    CHECK(watch.comes_to_show("    ssh -N"));
    watch.type("q");
    CHECK(watch.line_has(2, ">web "));
    watch.type("jl");
    CHECK(watch.line_has(2, "first\\x1b[2J"));
    CHECK(watch.line_has(3, "second"));
    CHECK(daemon.orders().back().follow);
    watch.type("\x1b");  // escape
    CHECK(watch.line_has(3, ">db "));
    watch.type("?");
    CHECK(watch.comes_to_show("t: try now what waits for its next try"));
}

TEST_CASE("autosshctl, watch: orders are given, those for more than one when they were asked for")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    const auto given = [&](Ask ask, const std::vector<std::string>& tunnels) {
        return wait_until([&] {
            for (const ControlRequest& order : daemon.orders())
                if (order.ask == ask && order.tunnels == tunnels)
                    return true;
            return false;
        });
    };
    WatchOnScreen watch(lab, this_lab());
    CHECK(watch.line_has(2, ">web "));
    watch.type("t");
    CHECK(given(Ask::retry, {"web"}));
    CHECK(watch.line_has(23, "try: web"));
    watch.type("*x");
    CHECK(watch.line_has(23, "stop 2 tunnels (web, db)? [y/N]"));
    watch.type("n");
    CHECK(watch.line_has(23, "nothing is done"));
    watch.type("x");
    CHECK(watch.line_has(23, "[y/N]"));
    watch.type("y");
    CHECK(given(Ask::stop, {"web", "db"}));
    CHECK(watch.line_has(23, "stop: web, db"));
    watch.type("yr");
    CHECK(watch.comes_to_show(fmt::format("autosshctl -D {} restart web", lab_name())));
    watch.type("qq");
    CHECK(watch.process().wait_for_exit() == exited(0));
    CHECK(watch.is_restored());
    // On the screen that the program has left, too.
    const std::string command = fmt::format("autosshctl -D {} restart web\r\n", lab_name());
    CHECK(wait_until([&] { return watch.terminal_text().ends_with(command); }));

    WatchOnScreen observer(lab, this_lab({"--read-only"}));
    CHECK(observer.line_has(2, ">web "));
    const std::size_t orders = daemon.orders().size();
    observer.type("x");
    CHECK(observer.line_has(23, "--read-only: there are no orders"));
    observer.type("q");
    CHECK(observer.process().wait_for_exit() == exited(0));
    for (std::size_t i = orders; i < daemon.orders().size(); ++i)
        CHECK(daemon.orders()[i].ask == Ask::events);
}

TEST_CASE("autosshctl, watch: whatever ends it, the terminal is as it was before")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    for (const int signal : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
        CAPTURE(signal);
        WatchOnScreen watch(lab, this_lab());
        CHECK(watch.line_has(2, ">web "));
        CHECK(watch.screen().is_alternate());
        if (signal == SIGINT)
            watch.type("\x03");
        else
            watch.process().signal(signal);
        CHECK(watch.process().wait_for_exit() == killed_by(signal));
        CHECK(watch.is_restored());
    }
    WatchOnScreen watch(lab, this_lab());
    CHECK(watch.line_has(2, ">web "));
    watch.terminal().hang_up();
    CHECK(watch.process().wait_for_exit().has_value());
}

TEST_CASE("autosshctl, watch: who stops it gets his terminal back, and the list when he continues it")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    const PseudoTerminal terminal;
    terminal.set_size(24, 80);
    const termios before = terminal.modes();
    ProcessOptions options = lab.options(this_lab());
    options.terminal = terminal.path();
    options.job_control = true;
    options.changes["TERM"] = "xterm";
    const Process shell(options);
    CHECK(terminal.wait_for_text("2 tunnels: "));
    terminal.type("\x1a");
    CHECK(terminal.wait_for_text("[stopped]"));
    CHECK(terminal.has_modes(before));
    const int shown = terminal.times_shown("2 tunnels: ");
    shell.foreground();
    CHECK(wait_until([&] { return terminal.times_shown("2 tunnels: ") > shown; }));
    CHECK(!terminal.has_modes(before));
    terminal.type("q");
    CHECK(shell.wait_for_exit() == exited(0));
    CHECK(terminal.has_modes(before));
}

TEST_CASE("autosshctl, watch: what it cannot do is told before it takes the terminal")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", telling(facts_with_tests()));
    {
        WatchOnScreen nobody(lab, this_lab({"nobody"}));
        CHECK(nobody.process().wait_for_exit() == exited(4));
        CHECK(nobody.comes_to_show("no tunnel has the name \"nobody\""));
    }
    {
        WatchOnScreen unknown(lab, this_lab(), {{"TERM", "no-such-terminal"}});
        CHECK(unknown.process().wait_for_exit() == exited(71));
        CHECK(unknown.comes_to_show("this terminal is not known: is TERM right?"));
    }
    WatchOnScreen nothing(lab, {"-D", "no-such-daemon", "watch"});
    CHECK(nothing.process().wait_for_exit() == exited(69));
}

TEST_CASE(
    "autosshctl, watch: without a terminal, a line of JSON for each change, and with --snapshot for now")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", [](const ControlRequest& request) {
        StateEvent event{.tunnel = "db", .state = "waiting", .before = "up", .health = "down"};
        if (request.ask == Ask::status)
            return Reply{status_answer(request.id, facts_with_tests())};
        return Reply{events_answer(request.id) + event_answer(request.id, event)};
    });
    const auto line = [](const std::string& at, const std::string& rest) {
        return fmt::format("{{\"at\":\"{}\",\"daemon\":\"lab-{}\",\"pid\":{},{}\n", at, ::getpid(),
                           ::getpid(), rest);
    };
    const std::string event = line("1970-01-01T00:00:00.000Z",
                                   "\"tunnel\":\"db\",\"state\":\"waiting\",\"before\":\"up\",\"health\":"
                                   "\"down\",\"class\":null,\"cause\":null,\"remedy\":null}");
    CHECK(output_of(Process(lab.options(this_lab())), 0) == event);
    CHECK(output_of(Process(lab.options(this_lab({"--json"}))), 0) == event);
    const std::string with_snapshot =
        output_of(Process(lab.options({"-D", lab_name(), "events", "--json", "--snapshot", "db"})), 0);
    CHECK(with_snapshot.ends_with("\"tunnel\":\"db\",\"state\":\"up\",\"before\":null,\"health\":\"up\","
                                  "\"class\":null,\"cause\":null,\"remedy\":null,\"snapshot\":true}\n" +
                                  event));
    CHECK(with_snapshot.find("\"web\"") == std::string::npos);
}
