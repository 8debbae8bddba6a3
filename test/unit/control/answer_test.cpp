#include "autossh/control/answer.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <vector>

using namespace autossh;

namespace {

const StateEvent& lost_event()
{
    static const StateEvent event{
        WallTime(std::chrono::milliseconds(1795940042125)), "db", "waiting", "up", "down",
        {"timed-out", "no answer", "look at the network"}};
    return event;
}

}  // namespace

TEST_CASE("Control protocol: answers are lines of JSON")
{
    const std::vector<std::string> told{"a", "b"};
    const std::vector<RefusedOrder> refused{{"c", "it is not enabled"}};
    const std::vector<TunnelLines> logs{{"a", {"x", "y"}}, {"b", {}}};
    const std::vector<TunnelText> explanations{{"a", "one\ntwo"}};
    struct Row {
        std::string answer;
        std::string line;
    };
    const std::vector<Row> rows{
        {error_answer("7", {ErrorCode::no_such_tunnel, "no tunnel \"x\""}),
         R"({"id":7,"ok":false,"error":{"code":"no-such-tunnel","text":"no tunnel \"x\""}})"},
        {order_answer("7", told, refused),
         R"({"id":7,"ok":true,"tunnels":["a","b"],"refused":[{"name":"c","text":"it is not enabled"}]})"},
        {reload_answer("\"r\"", {.changes = {{"a", "forwards", "L 8080 -> db:5432 opened"}}}, true),
         R"({"id":"r","ok":true,"dry_run":true,)"
         R"("changes":[{"tunnel":"a","what":"forwards","text":"L 8080 -> db:5432 opened"}]})"},
        {reload_answer("7", {.refused = "it has no file"}, false),
         R"({"id":7,"ok":false,"error":{"code":"not-possible","text":"it has no file"}})"},
        {reload_answer("7", {.mistakes = {{"f.toml", 3, 1, "unknown key", "did you mean \"poll\"?"}}}, false),
         R"({"id":7,"ok":false,"error":{"code":"configuration","text":)"
         R"("1 mistake in the configuration, nothing is changed; the first: f.toml:3:1: unknown key"},)"
         R"("mistakes":[{"file":"f.toml","line":3,"column":1,"text":"unknown key",)"
         R"("remedy":"did you mean \"poll\"?"}]})"},
        {logs_answer("7", logs),
         R"({"id":7,"ok":true,"logs":[{"tunnel":"a","lines":["x","y"]},{"tunnel":"b","lines":[]}]})"},
        {log_line_answer("7", {"a", "x"}), R"({"id":7,"log":{"tunnel":"a","line":"x"}})"},
        {explain_answer("7", explanations),
         R"({"id":7,"ok":true,"explanations":[{"tunnel":"a","text":"one\ntwo"}]})"},
        {events_answer("7"), R"({"id":7,"ok":true})"},
        {event_answer("7", lost_event()),
         R"({"id":7,"event":{"at":"2026-11-29T08:14:02.125Z","tunnel":"db","state":"waiting","before":"up",)"
         R"("health":"down","class":"timed-out","cause":"no answer","remedy":"look at the network"}})"},
    };
    for (const Row& row : rows)
        CHECK(row.answer == row.line + "\n");
}

TEST_CASE("Control protocol: answers are read as they were written")
{
    const DaemonFacts facts{
        .name = "x", .kind = "single", .version = "2", .user = "me", .tunnels = {TunnelFacts()}};
    const auto status = read_answer(status_answer("7", facts));
    REQUIRE(status.has_value());
    CHECK(status->id == "7");
    CHECK(status->ok);
    CHECK(status->daemon == facts);

    const std::vector<std::string> told{"a"};
    const std::vector<RefusedOrder> refused{{"c", "why"}};
    const auto order = read_answer(order_answer("\"o\"", told, refused));
    REQUIRE(order.has_value());
    CHECK(order->id == "\"o\"");
    CHECK(order->told == told);
    CHECK(order->refused == refused);

    const ReloadAnswer mistakes{.mistakes = {{"f", 1, 2, "t", "r"}, {"g", 3, 4, "u", ""}}};
    const auto broken = read_answer(reload_answer("7", mistakes, false));
    REQUIRE(broken.has_value());
    CHECK_FALSE(broken->ok);
    CHECK(broken->error.value_or(ControlError()).code == ErrorCode::configuration);
    CHECK(broken->reload.mistakes == mistakes.mistakes);

    const ReloadAnswer changes{.changes = {{"a", "start", "new"}}};
    const auto changed = read_answer(reload_answer("7", changes, true));
    REQUIRE(changed.has_value());
    CHECK(changed->dry_run);
    CHECK(changed->reload == changes);

    const std::vector<TunnelLines> logs{{"a", {"x"}}, {"b", {"y"}, true}};
    CHECK(read_answer(logs_answer("7", logs)).value_or(ControlAnswer()).logs == logs);
    const std::vector<TunnelText> texts{{"a", "x"}};
    CHECK(read_answer(explain_answer("7", texts)).value_or(ControlAnswer()).explanations == texts);
    CHECK(read_answer(log_line_answer("7", texts[0])).value_or(ControlAnswer()).log_line == texts[0]);
    CHECK(read_answer(event_answer("7", lost_event())).value_or(ControlAnswer()).event == lost_event());
    CHECK(read_answer(events_answer("7")).value_or(ControlAnswer()).ok);
}

TEST_CASE("Control protocol: what is no answer is not taken for one")
{
    for (const std::string line :
         {"", "x", "{}", "[]", R"({"ok":1})", R"({"id":7,"ok":true,"tunnels":"a"})"}) {
        CAPTURE(line);
        CHECK_FALSE(read_answer(line).has_value());
    }
    const auto newer = read_answer(R"({"id":7,"ok":false,"error":{"code":"too-new","text":"x","more":1}})");
    REQUIRE(newer.has_value());
    CHECK(newer->error.value_or(ControlError()).text == "x");
}
