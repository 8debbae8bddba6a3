// autosshctl against a stand-in for a daemon: what it asks for, and what it makes of every kind of answer.
#include "autossh/control/answer.hpp"
#include "e2e/ctl/stand_in_daemon.hpp"
#include "support/catch.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <atomic>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

using Reply = StandInDaemon::Reply;

/// Does what it is told; `odd` is the one that refuses.
Reply obedient(const ControlRequest& request)
{
    DaemonFacts facts = fleet_facts(lab_name(), {"db", "web", "box-1", "box-2"});
    facts.tunnels[0].groups = {"prod"};
    switch (request.ask) {
    case Ask::status: return {status_answer(request.id, facts)};
    case Ask::logs: {
        std::vector<TunnelLines> logs;
        for (const std::string& tunnel : request.tunnels)
            logs.push_back({tunnel, {"one of " + tunnel, "\x1b[2Jtwo"}});
        return {logs_answer(request.id, logs)};
    }
    case Ask::explain: return {explain_answer(request.id, std::vector<TunnelText>{{"db", "a\n  b\n"}})};
    case Ask::reload: {
        ReloadAnswer reload;
        reload.changes = {{"db", "restart", "options"}};
        return {reload_answer(request.id, reload, request.dry_run)};
    }
    case Ask::events: {
        StateEvent event;
        event.tunnel = "db";
        event.state = "waiting";
        event.before = "up";
        event.health = "down";
        return {events_answer(request.id) + event_answer(request.id, event)};
    }
    default: break;
    }
    std::vector<RefusedOrder> refused;
    std::vector<std::string> told = request.tunnels;
    if (std::erase(told, "web") > 0)
        refused.push_back({"web", "it is\x07 shy"});
    return {order_answer(request.id, told, refused)};
}

std::string our_pid()
{
    return std::to_string(::getpid());
}

}  // namespace

TEST_CASE("autosshctl, status: the table of a pipe, and JSON alone on standard output")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", obedient);
    CHECK(output_of(Process(lab.options({"-D", lab_name()})), 0) ==
          fmt::format("fleet \"lab-{0}\", pid {0}: 4 tunnels: 4 up\n"
                      "NAME     STATE         FOR   RTT      24H  DETAIL\n"
                      "db       up              -     -        -  server\n"
                      "web      up              -     -        -  server\n"
                      "box-1    up              -     -        -  server\n"
                      "box-2    up              -     -        -  server\n",
                      our_pid()));
    const std::string json =
        output_of(Process(lab.options({"-D", our_pid(), "status", "--json", "@prod"})), 0);
    CHECK(json.starts_with("{\"v\":1,\"daemons\":[{\"name\":\"lab-" + our_pid() + "\",\"kind\":\"fleet\","));
    CHECK(json.find("\"tunnels\":[{\"name\":\"db\"") != std::string::npos);
    CHECK(json.find("\"web\"") == std::string::npos);
    CHECK(json.find('\n') == json.size() - 1);

    const Process strange(lab.options({"-D", lab_name(), "status", "dbb"}));
    CHECK(strange.wait_for_exit() == exited(4));
    CHECK(strange.errors() == "autosshctl: no tunnel has the name \"dbb\"; did you mean \"db\"?\n");
}

TEST_CASE("autosshctl, orders: those that are meant are told by name, and what is refused has a reason")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", obedient);
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "restart", "box-*", "@prod"})), 0) ==
          "restart: db, box-1, box-2\n");
    const Process refused(lab.options({"-D", lab_name(), "try", "web", "db"}));
    CHECK(output_of(refused, 1) == "try: db\n");
    CHECK(refused.errors() == "autosshctl: web: it is\\x07 shy\n");
    REQUIRE(daemon.orders().size() == 2);
    CHECK(daemon.orders()[0].ask == Ask::restart);
    CHECK(daemon.orders()[0].tunnels == std::vector<std::string>{"db", "box-1", "box-2"});
    CHECK(daemon.orders()[1].ask == Ask::retry);

    // One wrong name, and nobody is told anything.
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "stop", "db", "nobody"})), 4).empty());
    CHECK(daemon.orders().size() == 2);
}

TEST_CASE("autosshctl, orders: a name that two processes have needs -D")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", obedient);
    const StandInDaemon other(lab.place(), "ghijkl", [](const ControlRequest& request) {
        return request.ask == Ask::status
                   ? Reply{status_answer(request.id, fleet_facts(other_name(), {"db"}))}
                   : Reply{order_answer(request.id, request.tunnels, {})};
    });
    const Process ambiguous(lab.options({"stop", "db"}));
    CHECK(output_of(ambiguous, 64).empty());
    CHECK(ambiguous.errors().find("several autosshs have a tunnel \"db\": say which one is meant, by -D ") !=
          std::string::npos);
    CHECK(daemon.orders().empty());
    CHECK(output_of(Process(lab.options({"-D", other_name(), "stop", "db"})), 0) == "stop: db\n");
    CHECK(other.orders().size() == 1);
    CHECK(daemon.orders().empty());
}

TEST_CASE("autosshctl, option --wait: until another ssh is up, and not longer")
{
    const CtlLab lab;
    std::atomic<int> looks{0};
    const StandInDaemon daemon(lab.place(), "abcdef", [&looks](const ControlRequest& request) {
        DaemonFacts facts = fleet_facts(lab_name(), {"db"});
        if (request.ask != Ask::status)
            return Reply{order_answer(request.id, request.tunnels, {})};
        if (++looks > 3)
            facts.tunnels.front().starts = 2;
        return Reply{status_answer(request.id, facts)};
    });
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "restart", "db", "--wait", "1m"})), 0) ==
          "restart: db\n");
    CHECK(looks > 3);
    const Process late(lab.options({"-D", lab_name(), "stop", "db", "--wait", "300ms"}));
    CHECK(output_of(late, 75) == "stop: db\n");
    CHECK(late.errors() == "autosshctl: not in time: db: up\n");
}

TEST_CASE("autosshctl, orders: more than ten at a terminal are asked for")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", [](const ControlRequest& request) {
        std::vector<std::string> names;
        for (int i = 0; i < 12; ++i)
            names.push_back(fmt::format("t{}", i));
        return request.ask == Ask::status ? Reply{status_answer(request.id, fleet_facts(lab_name(), names))}
                                          : Reply{order_answer(request.id, request.tunnels, {})};
    });
    const auto at_terminal = [&](const PseudoTerminal& terminal, const std::vector<std::string>& words) {
        ProcessOptions options = lab.options(words);
        options.terminal = terminal.path();
        return options;
    };
    {
        const PseudoTerminal terminal;
        const Process stop(at_terminal(terminal, {"-D", lab_name(), "stop", "--all"}));
        CHECK(terminal.wait_for_text("stop 12 tunnels (t0, t1, t2, t3, t4 and 7 more)? [y/N] "));
        terminal.type("\r");
        CHECK(stop.wait_for_exit() == exited(1));
        CHECK(daemon.orders().empty());
    }
    {
        const PseudoTerminal terminal;
        const Process stop(at_terminal(terminal, {"-D", lab_name(), "stop", "--all"}));
        CHECK(terminal.wait_for_text("[y/N] "));
        terminal.type("y\r");
        CHECK(stop.wait_for_exit() == exited(0));
        CHECK(daemon.orders().size() == 1);
    }
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "stop", "t*"})), 0) ==
          "stop: t0, t1, t2, t3, t4 and 7 more\n");
}

TEST_CASE("autosshctl, output: at a terminal the last column is cut, and the state has a colour")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", [](const ControlRequest& request) {
        DaemonFacts facts = fleet_facts(lab_name(), {"db"});
        facts.tunnels.front().host = "a-host-with-a-long-name.example.com";
        return Reply{status_answer(request.id, facts)};
    });
    const PseudoTerminal terminal;
    terminal.set_size(24, 60);
    ProcessOptions options = lab.options({"-D", lab_name()});
    options.terminal = terminal.path();
    options.changes["TERM"] = "xterm";
    CHECK(Process(options).wait_for_exit() == exited(0));
    CHECK(terminal.wait_for_text(
        "db       \x1b[32mup\x1b[0m              -     -        -  a-host-with-a-...\r\n"));
    options.changes["NO_COLOR"] = "1";
    CHECK(Process(options).wait_for_exit() == exited(0));
    CHECK(terminal.wait_for_text("db       up              -     -        -  a-host-with-a-...\r\n"));
}

TEST_CASE("autosshctl, logs, explain, events and reload: what the daemon tells is shown as text")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", obedient);
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "logs", "-n", "2", "db", "web"})), 0) ==
          "==> db <==\none of db\n\\x1b[2Jtwo\n\n==> web <==\none of web\n\\x1b[2Jtwo\n");
    CHECK(daemon.orders().back().lines == 2);
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "explain", "db"})), 0) == "a\n  b\n");
    const Process events(lab.options({"-D", lab_name(), "events"}));
    CHECK(output_of(events, 0) ==
          fmt::format("{{\"at\":\"1970-01-01T00:00:00.000Z\",\"daemon\":\"lab-{0}\",\"pid\":{0},\"tunnel\":"
                      "\"db\",\"state\":"
                      "\"waiting\",\"before\":\"up\",\"health\":\"down\",\"class\":null,\"cause\":null,"
                      "\"remedy\":null}}\n",
                      our_pid()));
    CHECK(events.errors() ==
          fmt::format("autosshctl: fleet \"lab-{0}\" (pid {0}) has closed the connection\n", our_pid()));
    CHECK(output_of(Process(lab.options({"-D", lab_name(), "reload", "--dry-run"})), 0) ==
          "db: restart: options\n");
    CHECK(daemon.orders().back().dry_run);
}

TEST_CASE("autosshctl, reload: mistakes are told with their places, and the exit status is 65")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", [](const ControlRequest& request) {
        ReloadAnswer reload;
        reload.mistakes = {{"fleet.toml", 4, 1, "unknown key \"pol\"", "did you mean \"poll\"?"}};
        return request.ask == Ask::status ? Reply{status_answer(request.id, fleet_facts(lab_name(), {"db"}))}
                                          : Reply{reload_answer(request.id, reload, false)};
    });
    const Process process(lab.options({"-D", lab_name(), "reload"}));
    CHECK(output_of(process, 65).empty());
    CHECK(process.errors() == fmt::format("fleet.toml:4:1: error: unknown key \"pol\"\n"
                                          "  did you mean \"poll\"?\n"
                                          "autosshctl: fleet \"lab-{0}\" (pid {0}): all goes on as it was\n",
                                          our_pid()));
}

TEST_CASE("autosshctl, status: who says nonsense, nothing or half a line is told, and holds up nobody")
{
    struct Row {
        std::string says;
        bool stays_open;
        std::string trouble;
    };
    const std::vector<Row> rows{
        {"nonsense\n", false, "does not answer as an autossh does"},
        {"{\"ok\":true}\n", false, "does not answer as an autossh does"},
        {"{\"id\":\"1\",\"ok\":true,\"daemon\":[]}\n", false, "does not answer as an autossh does"},
        {"", false, "has ended before it answered"},
        {"{\"id\":1,\"ok\":tr", false, "has ended before it answered"},
        {"", true, "does not answer: is it stopped?"},
        {"{\"id\":1,\"ok\":tr", true, "does not answer: is it stopped?"},
        {error_answer("1", {ErrorCode::busy, "there are \x1b[2J 32 clients"}), false,
         "there are \\x1b[2J 32 clients"},
    };
    for (const Row& row : rows) {
        INFO(row.says);
        const CtlLab lab;
        const StandInDaemon daemon(lab.place(), "abcdef", [&row](const ControlRequest&) {
            return Reply{row.says, row.stays_open};
        });
        const StandInDaemon good(lab.place(), "ghijkl", obedient);
        const std::string shown = output_of(Process(lab.options({"-D", our_pid()})), 2);
        CHECK(shown.find("fleet \"" + lab_name() + "\", pid " + our_pid() + ": 4 tunnels: 4 up\n") == 0);
        CHECK(shown.ends_with(fmt::format("\nautossh (pid {}): {}\n", our_pid(), row.trouble)));
    }
}

TEST_CASE("autosshctl, status: a socket that nobody listens at is passed over")
{
    const CtlLab lab;
    const auto address_only = [](const ControlRequest&) { return Reply{}; };
    {
        const StandInDaemon gone(lab.place(), "abcdef", address_only);
    }
    const Process process(lab.options({"-D", our_pid()}));
    CHECK(output_of(process, 69).empty());
}

TEST_CASE("autosshctl, option --complete: live names, groups and states in a moment, or nothing")
{
    const CtlLab lab;
    const StandInDaemon daemon(lab.place(), "abcdef", obedient);
    const std::string offered = output_of(Process(lab.options({"--complete", "stop", "db", ""})), 0);
    CHECK(offered.find("web\tup\nbox-1\tup\nbox-2\tup\n") != std::string::npos);
    CHECK(offered.find("@prod\tgroup\n") != std::string::npos);
    const StandInDaemon silent(lab.place(), "ghijkl", [](const ControlRequest&) { return Reply{"", true}; });
    CHECK(output_of(Process(lab.options({"--complete", "stop", "we"})), 0) == "web\tup\n");
}

TEST_CASE("autosshctl, wrong use: a word of what is wrong, and exit status 64")
{
    const CtlLab lab;
    const Process process(lab.options({"stop"}));
    CHECK(output_of(process, 64).empty());
    CHECK(process.errors().starts_with(
        "autosshctl: stop needs the names of tunnels, or --all\nusage: autosshctl "));
    CHECK(output_of(Process(lab.options({"--version"})), 0).starts_with("autosshctl 2."));
    CHECK(output_of(Process(lab.options({"-D", "no-such-name"})), 69).empty());
}
