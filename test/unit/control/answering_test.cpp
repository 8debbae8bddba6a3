#include "autossh/control/answering.hpp"

#include "autossh/control/answer.hpp"
#include "support/catch.hpp"
#include "unit/control/stand_in_target.hpp"

#include <string>
#include <vector>

using namespace autossh;
using autossh_test::StandInTarget;

namespace {

const ControlAsker user{"autosshctl (pid 812, uid 1000)"};
const ControlAsker observer{"watcher (pid 813, uid 1001)", true};

ControlAnswer answer_of(StandInTarget& target, const ControlRequest& request,
                        const ControlAsker& asker = user)
{
    const Answered answered = answer_to(request, target, asker);
    const ControlAnswer answer = read_answer(answered.line).value_or(ControlAnswer());
    CHECK(answered.is_well == answer.ok);
    CHECK(answer.id == request.id);
    return answer;
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("Control protocol: status is of all tunnels, or of those that are named")
{
    StandInTarget target;
    const ControlAnswer all = answer_of(target, {.id = "7"});
    REQUIRE(all.daemon.has_value());
    CHECK(all.daemon->tunnels.size() == 3);
    const ControlAnswer some = answer_of(target, {.tunnels = {"@prod", "web"}});
    REQUIRE(some.daemon.has_value());
    REQUIRE(some.daemon->tunnels.size() == 2);
    CHECK(some.daemon->tunnels[0].name == "db");
    CHECK(some.daemon->tunnels[1].name == "web");
}

TEST_CASE("Control protocol: an order goes to those that are named, each of which may refuse")
{
    StandInTarget target;
    const ControlAnswer answer = answer_of(target, {.id = "\"x\"", .ask = Ask::stop, .tunnels = {"*"}});
    CHECK(answer.told == Words{"db", "web"});
    CHECK(answer.refused == std::vector<RefusedOrder>{{"old", "it is not enabled"}});
    CHECK(target.orders ==
          Words{"stop db: autosshctl (pid 812, uid 1000)", "stop web: autosshctl (pid 812, uid 1000)"});
    target.orders.clear();
    for (const Ask ask : {Ask::start, Ask::restart, Ask::retry})
        CHECK(answer_of(target, {.ask = ask, .tunnels = {"web"}}).told == Words{"web"});
    CHECK(target.orders == Words{"start web: autosshctl (pid 812, uid 1000)",
                                 "restart web: autosshctl (pid 812, uid 1000)",
                                 "try web: autosshctl (pid 812, uid 1000)"});
}

TEST_CASE("Control protocol: where a tunnel is not there, none is told")
{
    StandInTarget target;
    const ControlAnswer answer =
        answer_of(target, {.ask = Ask::stop, .tunnels = {"db", "nas", "@lab", "x*"}});
    REQUIRE(answer.error.has_value());
    CHECK(answer.error->code == ErrorCode::no_such_tunnel);
    CHECK(answer.error->text == R"(there is no tunnel "nas", nor "@lab", nor "x*")");
    CHECK(target.orders.empty());
}

TEST_CASE("Control protocol: observers are refused what is not for them")
{
    StandInTarget target;
    for (const Ask ask : {Ask::start, Ask::stop, Ask::restart, Ask::retry, Ask::reload, Ask::explain}) {
        const ControlAnswer answer = answer_of(target, {.ask = ask, .tunnels = {"db"}}, observer);
        CHECK(answer.error.value_or(ControlError()).code == ErrorCode::not_permitted);
    }
    CHECK(target.orders.empty());
    for (const Ask ask : {Ask::status, Ask::logs, Ask::events})
        CHECK(answer_of(target, {.ask = ask}, observer).ok);
}

TEST_CASE("Control protocol: the lines of a log, of which an answer has room for the newest")
{
    StandInTarget target;
    target.lines = {"one", "two", "three"};
    const ControlAnswer two = answer_of(target, {.ask = Ask::logs, .tunnels = {"web"}, .lines = 2});
    CHECK(two.logs == std::vector<TunnelLines>{{"web", {"two", "three"}}});

    target.lines.assign(200, std::string(8 * 1024, 'x'));
    target.lines.back() = "newest";
    const Answered answered = answer_to({.ask = Ask::logs}, target, user);
    CHECK(answered.line.size() < longest_logs + 10'000);
    const ControlAnswer all = read_answer(answered.line).value_or(ControlAnswer());
    REQUIRE(all.logs.size() == 3);
    CHECK(all.logs[0].is_cut);
    CHECK(all.logs[0].lines.back() == "newest");
    CHECK(all.logs[0].lines.size() > 1);
}

TEST_CASE("Control protocol: reload and explain")
{
    StandInTarget target;
    CHECK(answer_of(target, {.ask = Ask::explain, .tunnels = {"db"}}).explanations ==
          std::vector<TunnelText>{{"db", "explained: db"}});
    const ControlAnswer changed = answer_of(target, {.ask = Ask::reload, .dry_run = true});
    CHECK(changed.dry_run);
    CHECK(changed.reload == target.reloaded);
    target.reloaded = {.refused = "there is no file"};
    CHECK(answer_of(target, {.ask = Ask::reload}).error ==
          ControlError{ErrorCode::not_possible, "there is no file"});
}

TEST_CASE("Control protocol: outages are for observers, too, and of those that are named")
{
    StandInTarget target;
    const ControlAnswer all = answer_of(target, {.ask = Ask::outages}, observer);
    REQUIRE(all.outages.has_value());
    CHECK(all.outages->tunnels.size() == 3);
    CHECK(all.outages->until - all.outages->since == std::chrono::hours(24 * 7));
    CHECK(all.outages->directory == "/s/ledger");
    CHECK_FALSE(all.outages->is_being_read);
    target.is_being_read = true;
    CHECK(answer_of(target, {.ask = Ask::outages}, observer).outages->is_being_read);
    REQUIRE(all.outages->outages.size() == 1);
    CHECK(all.outages->outages.front() ==
          OutageFacts{"db", 17, all.outages->since, Seconds(2.5), "up", "", "c", "request", 4});
    CHECK(all.outages->tunnels.front() == WatchedTunnel{"db", {1.0, 0.5, {}, 0.25}, 0.125});
    const ControlAnswer some =
        answer_of(target, {.ask = Ask::outages, .tunnels = {"web"}, .outages = {Seconds(60), true}});
    REQUIRE(some.outages.has_value());
    CHECK(some.outages->tunnels.size() == 1);
    CHECK(some.outages->outages.empty());
    CHECK(some.outages->until - some.outages->since == std::chrono::seconds(60));
}

TEST_CASE("Control protocol: how far back outages are asked for has its limits")
{
    for (const char* const since : {"0", "-5", "1e300", "\"7d\""}) {
        CAPTURE(since);
        CHECK_FALSE(
            read_request(std::string(R"({"do":"outages","since_s":)") + since + "}").request.has_value());
    }
    const ControlRequest asked{.ask = Ask::outages, .outages = {Seconds(3600.5), true}};
    const std::string line = to_line(asked);
    CHECK(read_request(std::string_view(line).substr(0, line.size() - 1)).request == asked);
}
