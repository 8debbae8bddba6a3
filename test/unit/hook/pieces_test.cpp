// autossh-fleet(5), "Hooks": what a call gets, which may run, what of its output is kept, which failures are
// news.
#include "autossh/hook/call_queue.hpp"
#include "autossh/hook/failures.hpp"
#include "autossh/hook/output_lines.hpp"
#include "autossh/hook/tunnel_news.hpp"
#include "support/catch.hpp"
#include "unit/hook/hook_test.hpp"

#include <algorithm>

#include <fmt/core.h>

using namespace autossh;
using namespace autossh_test;

namespace {

HookCall call_about(const std::vector<std::string>& tunnels, HookEvent event,
                    const std::string& hook = "page")
{
    HookSettings settings = hook_on({event});
    settings.name = hook;
    HookCall call{std::make_shared<const HookSettings>(settings), event, {}};
    for (const std::string& tunnel : tunnels)
        call.about.push_back(about(tunnel, event));
    return call;
}

bool has_variable(const HookCall& call, const std::string& variable)
{
    const auto variables = call_as_environment(call);
    return std::ranges::find(variables, variable) != variables.end();
}

std::string started(HookCallQueue& queue)
{
    const auto call = queue.start();
    return call ? fmt::format("{} {}", call->number, subject_in_words(call->call)) : "none";
}

TunnelFacts seen_tunnel(const std::string& state, const std::string& health, const std::string& failure)
{
    TunnelFacts facts;
    facts.name = "a";
    facts.state = state;
    facts.health = health;
    facts.cause = {failure, "words", "remedy"};
    return facts;
}

std::string news_in_words(const std::vector<HookNews>& all)
{
    std::string words;
    for (const HookNews& news : all)
        words += (words.empty() ? "" : ", ") + std::string(name(news.event));
    return words;
}

}  // namespace

TEST_CASE("Hooks: a call has the event as JSON, and the same in its environment")
{
    HookCall call = call_about({"db"}, HookEvent::recovered);
    HookNews& news = call.about.front();
    news.at = WallTime(std::chrono::milliseconds(1795940042125));
    news.since = news.at;
    news.state = "up";
    news.before = "authenticated";
    news.health = "up";
    news.cause = {"refused", "a \"cause\"\nin two lines", "mend it"};
    news.lasted = Seconds(131.5);
    news.forward = ForwardFacts{"web", "R", "0", "localhost:80", "wanted", "working", 40123, ""};
    CHECK(
        call_as_json(call, "lab") ==
        "{\"v\":1,\"event\":\"recovered\",\"fleet\":\"lab\",\"at\":\"2026-11-29T08:14:02.125Z\",\"tunnel\":"
        "\"db\",\"state\":\"up\",\"before\":\"authenticated\",\"health\":\"up\",\"class\":\"refused\","
        "\"cause\":\"a \\\"cause\\\"\\nin two lines\",\"remedy\":\"mend it\",\"since\":"
        "\"2026-11-29T08:14:02.125Z\",\"lasted\":131.5,\"port\":40123,\"forward\":{\"name\":\"web\",\"kind\":"
        "\"R\",\"listen\":\"0\",\"to\":\"localhost:80\",\"need\":\"wanted\",\"text\":null}}\n");
    for (const char* const variable :
         {"AUTOSSH_EVENT=recovered", "AUTOSSH_TUNNEL=db", "AUTOSSH_STATE=up", "AUTOSSH_CLASS=refused",
          "AUTOSSH_CAUSE=a \"cause\" in two lines", "AUTOSSH_REMEDY=mend it",
          "AUTOSSH_SINCE=2026-11-29T08:14:02.125Z", "AUTOSSH_LASTED=132", "AUTOSSH_PORT=40123"})
        CHECK(has_variable(call, variable));
    CHECK(call_as_environment(call).size() == 9);
    CHECK(has_variable(call_about({"db"}, HookEvent::up), "AUTOSSH_LASTED="));
    CHECK_FALSE(has_variable(call_about({"db"}, HookEvent::up), "AUTOSSH_PORT="));
}

TEST_CASE("Hooks: a call about many has all of them, and the cause that most have")
{
    HookCall call = call_about({"a", "b", "c"}, HookEvent::fleet_down);
    call.about[0].cause.text = "no route";
    call.about[1].cause.text = call.about[2].cause.text = "refused";
    CHECK(has_variable(call, "AUTOSSH_TUNNEL=a b c"));
    CHECK(has_variable(call, "AUTOSSH_CAUSE=refused (2 of 3)"));
    const std::string json = call_as_json(call, "lab");
    CHECK(json.starts_with("{\"v\":1,\"event\":\"fleet-down\",\"fleet\":\"lab\",\"at\":\""));
    CHECK(json.find("\"tunnels\":[{\"at\":\"") != json.npos);
    CHECK(json.find("\"tunnel\":\"b\"") != json.npos);
    CHECK(subject_in_words(call) == "3 tunnels");
    std::vector<std::string> names;
    for (int i = 0; i < 1000; ++i)
        names.push_back(fmt::format("{:064}", i));
    for (const std::string& variable : call_as_environment(call_about(names, HookEvent::fleet_down)))
        CHECK(variable.size() < 128 * 1024);
}

TEST_CASE("Hooks: calls about many tunnels take their room, and the first is always taken")
{
    const auto about_many = [](int first, int number) {
        std::vector<std::string> names;
        for (int i = 0; i < number; ++i)
            names.push_back(fmt::format("t{}", first + i));
        return call_about(names, HookEvent::fleet_down);
    };
    HookCallQueue queue;
    for (int i = 0; i < 4; ++i)
        CHECK(queue.add(about_many(0, 1000)));
    CHECK_FALSE(queue.add(about_many(0, 97)));
    CHECK(queue.add(about_many(0, 96)));
    CHECK_FALSE(queue.add(about_many(5000, 1)));
    CHECK(started(queue) == "1 1000 tunnels");
    CHECK(queue.add(about_many(5000, 1)));
    CHECK(queue.drop_queued() == 5);
    CHECK(queue.add(about_many(0, 5000)));
    CHECK_FALSE(queue.add(about_many(0, 1)));
}

TEST_CASE("Hooks: 4 calls run at a time, 256 wait, and those about one tunnel come one after another")
{
    HookCallQueue queue;
    for (const char* const tunnel : {"a", "a", "b", "c", "d", "e"})
        CHECK(queue.add(call_about({tunnel}, HookEvent::down)));
    CHECK(queue.add(call_about({"a"}, HookEvent::down, "other")));
    CHECK(started(queue) == "1 a");
    CHECK(started(queue) == "2 b");
    CHECK(started(queue) == "3 c");
    CHECK(started(queue) == "4 d");
    CHECK(started(queue) == "none");
    queue.ended(2);
    CHECK(started(queue) == "5 e");
    queue.ended(3);
    CHECK(started(queue) == "6 a");  // of the other hook
    queue.ended(4);
    CHECK(started(queue) == "none");
    queue.ended(1);
    CHECK(started(queue) == "7 a");
    CHECK(queue.running() == 3);
    CHECK(queue.queued() == 0);
    for (std::size_t i = 0; i < HookCallQueue::most_queued; ++i)
        CHECK(queue.add(call_about({"x"}, HookEvent::down)));
    CHECK_FALSE(queue.add(call_about({"x"}, HookEvent::down)));
    CHECK(queue.drop_queued() == 256);
    CHECK_FALSE(queue.is_idle());
}

TEST_CASE("Hooks: of the output 20 lines are kept, and no line is endless")
{
    HookOutputLines lines;
    CHECK(lines.take("one\r\n\ntw") == std::vector<std::string>{"one"});
    CHECK(lines.take("o\x1b[1m\n") == std::vector<std::string>{"two\\x1b[1m"});
    CHECK(lines.take(std::string(2000, 'x')).empty());
    CHECK(lines.take("\n").front() == std::string(500, 'x'));
    CHECK(lines.left_out() == 1500);
    std::string flood;
    for (int i = 0; i < 30; ++i)
        flood += "y\n";
    CHECK(lines.take(flood).size() == 17);
    CHECK(lines.left_out() == 1500 + 26);
    CHECK(lines.take("more").empty());
    CHECK(lines.end().empty());
    HookOutputLines unfinished;
    CHECK(unfinished.take("no end").empty());
    CHECK(unfinished.end() == std::vector<std::string>{"no end"});
}

TEST_CASE("Hooks: of failures in a row the first is news, all are counted, and a success tells how many")
{
    HookFailures failures;
    CHECK(failures.note("page", HookFailure::exit));
    CHECK_FALSE(failures.note("page", HookFailure::exit));
    CHECK(failures.note("mail", HookFailure::exit));
    CHECK(failures.note("page", HookFailure::timeout));
    CHECK(failures.note_success("page") == 3);
    CHECK(failures.note_success("page") == 0);
    CHECK(failures.note("page", HookFailure::timeout));
    for (const HookFailureCount& count : failures.counts())
        CHECK(count.number == (count.reason == "exit" ? 3 : count.reason == "timeout" ? 2 : 0));
    CHECK(failures.counts().size() == 5);
}

TEST_CASE("Hooks: a tunnel needs a person once for each outage, and a forward is refused once")
{
    TunnelNews news;
    const WallTime now{};
    CHECK(news.see(seen_tunnel("waiting", "down", "refused"), "", now).empty());
    CHECK(news_in_words(news.see(seen_tunnel("waiting", "down", "host-key-changed"), "", now)) ==
          "needs-person");
    CHECK(news.see(seen_tunnel("connecting", "down", "host-key-changed"), "", now).empty());
    CHECK(news.see(seen_tunnel("waiting", "down", "host-key-changed"), "", now).empty());
    CHECK(news.see(seen_tunnel("up", "up", ""), "", now).empty());
    CHECK(news_in_words(news.see(seen_tunnel("gave-up", "down", "authentication-refused"), "", now)) ==
          "gave-up, needs-person");
    CHECK(news.see(seen_tunnel("gave-up", "down", "authentication-refused"), "", now).empty());

    TunnelFacts forwards = seen_tunnel("up", "up", "");
    forwards.forwards = {{"web", "R", "0", "localhost:80", "wanted", "working", 4000, ""},
                         {"ssh", "R", "22", "localhost:22", "wanted", "refused", {}, "in use"}};
    CHECK(news_in_words(news.see(forwards, "", now)) == "port-allocated, forward-refused");
    CHECK(news.see(forwards, "", now).empty());
    forwards.forwards[0].port = 4001;
    forwards.forwards[1].state = "unknown";
    CHECK(news_in_words(news.see(forwards, "", now)) == "port-allocated");
    forwards.forwards[1].state = "refused";
    CHECK(news.see(forwards, "", now).empty());
    forwards.forwards[1].state = "working";
    CHECK(news.see(forwards, "", now).empty());
    forwards.forwards[1].state = "refused";
    CHECK(news_in_words(news.see(forwards, "", now)) == "forward-refused");
}
