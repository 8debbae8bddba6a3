#include "autossh/control/request.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("Control protocol: requests")
{
    struct Row {
        std::string line;
        ControlRequest request;
    };
    const std::vector<Row> rows{
        {R"({"do":"status"})", {}},
        {R"({"v":1,"id":7,"do":"stop","tunnels":["box-*","@prod"]})",
         {.id = "7", .ask = Ask::stop, .tunnels = {"box-*", "@prod"}}},
        {R"({"id":"a\"b","do":"start","tunnels":["x"],"more":{"y":1}})",
         {.id = R"("a\"b")", .ask = Ask::start, .tunnels = {"x"}}},
        {R"({"id":-3,"do":"try","tunnels":["x"]})", {.id = "-3", .ask = Ask::retry, .tunnels = {"x"}}},
        {R"({"id":1764565425.1234567,"do":"restart","tunnels":["id"]})",
         {.id = "1764565425.1234567", .ask = Ask::restart, .tunnels = {"id"}}},
        {R"({"x":{"id":2.5},"id" : "a","do":"restart","tunnels":["x"], "id": 1.50e2 ,"y":["id",{"id":3.5}]})",
         {.id = "1.50e2", .ask = Ask::restart, .tunnels = {"x"}}},
        {R"({"\u0069d":2.5,"\"id":7.5,"do":"restart","tunnels":["x"]})",
         {.id = "2.5", .ask = Ask::restart, .tunnels = {"x"}}},
        {R"({"id":1.5,"do":"restart","tunnels":["x"]})",
         {.id = "1.5", .ask = Ask::restart, .tunnels = {"x"}}},
        {R"({"id":null,"do":"reload","dry-run":true})", {.ask = Ask::reload, .dry_run = true}},
        {R"({"do":"logs","lines":5,"follow":true})", {.ask = Ask::logs, .lines = 5, .follow = true}},
        {R"({"do":"explain","tunnels":null})", {.ask = Ask::explain}},
        {R"({"do":"events","tunnels":[]})", {.ask = Ask::events}},
        {R"({"do":"forget","box":"n1"})", {.ask = Ask::forget, .box = "n1"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const ReadRequest read = read_request(row.line);
        CHECK(read.error.text.empty());
        REQUIRE(read.request.has_value());
        CHECK(*read.request == row.request);
        CHECK(read.id == row.request.id);
        const std::string again = to_line(row.request);
        CHECK(again.back() == '\n');
        CHECK(read_request(again).request == row.request);
    }
}

namespace {

struct Mistake {
    std::string line;
    ErrorCode code;
    std::string id;
    std::string part;  ///< of the words
};

std::string with_tunnel(const std::string& tunnel)
{
    return R"({"id":7,"do":"stop","tunnels":[")" + tunnel + R"("]})";
}

std::string with_patterns(std::size_t count)
{
    std::string list = R"("a*")";
    for (std::size_t i = 1; i < count; ++i)
        list += R"(,"a*")";
    return R"({"id":7,"do":"stop","tunnels":[)" + list + "]}";
}

}  // namespace

TEST_CASE("Control protocol: a request that is none is told, with its id where it has one")
{
    using enum ErrorCode;
    const std::vector<Mistake> rows{
        {"", bad_request, "null", "one JSON object"},
        {"stop all", bad_request, "null", "one JSON object"},
        {R"({"do":"status")", bad_request, "null", "one JSON object"},
        {R"({"do":"status"} {"do":"status"})", bad_request, "null", "one JSON object"},
        {R"([{"do":"status"}])", bad_request, "null", "one JSON object"},
        {"{\"do\":\"\xff\"}", bad_request, "null", "one JSON object"},
        {std::string(100, '[') + std::string(100, ']'), bad_request, "null", "one JSON object"},
        {R"({"id":[1],"do":"status"})", bad_request, "null", "\"id\" must be"},
        {R"({"id":")" + std::string(300, 'x') + R"(","do":"status"})", bad_request, "null", "\"id\" must be"},
        {R"({"id":7,"do":"forget","tunnels":["n1"]})", bad_request, "7", "must name its \"box\""},
        {R"({"id":7})", bad_request, "7", "\"do\" must be one of status, start"},
        {R"({"id":7,"do":1})", bad_request, "7", "\"do\" must be one of"},
        {R"({"id":7,"v":2,"do":"status"})", bad_request, "7", "\"v\" must be 1"},
        {R"({"id":"x","do":"destroy"})", unknown_order, "\"x\"",
         "\"destroy\" is not known; there are status, start, stop, restart, try, reload, logs, explain, "
         "events, outages"},
        {R"({"id":7,"do":"stop"})", bad_request, "7", R"("stop" must name its "tunnels" (all: ["*"]))"},
        {R"({"id":7,"do":"stop","tunnels":[]})", bad_request, "7", "must name"},
        {R"({"id":7,"do":"stop","tunnels":"a"})", bad_request, "7", "\"tunnels\" is of the wrong type"},
        {R"({"id":7,"do":"stop","tunnels":[1]})", bad_request, "7", "\"tunnels\" is of the wrong type"},
        {R"({"id":7,"do":"reload","dry-run":1})", bad_request, "7", "\"dry-run\" is of the wrong type"},
        {R"({"id":7,"do":"logs","lines":-1})", bad_request, "7", "\"lines\" is of the wrong type"},
        {R"({"id":7,"do":"logs","lines":1.5})", bad_request, "7", "\"lines\" is of the wrong type"},
        {with_tunnel(""), bad_request, "7", "1 to 128 bytes"},
        {with_tunnel(std::string(129, 'a')), bad_request, "7", "1 to 128 bytes"},
        {with_tunnel("a\\u0000b"), bad_request, "7", "control characters"},
        {with_patterns(65), bad_request, "7", "more than 64 patterns"},
        {std::string(longest_request + 1, ' '), too_long, "null", "at most 65536 bytes"},
    };
    for (const Mistake& row : rows) {
        CAPTURE(row.line.substr(0, 200));
        const ReadRequest read = read_request(row.line);
        CHECK_FALSE(read.request.has_value());
        CHECK(name(read.error.code) == name(row.code));
        CHECK(read.id == row.id);
        CAPTURE(read.error.text);
        CHECK(read.error.text.find(row.part) != std::string::npos);
    }
    CHECK(read_request(with_tunnel(std::string(128, 'a'))).request.has_value());
    CHECK(read_request(with_patterns(64)).request.has_value());
}

TEST_CASE("Control protocol: observers see and change nothing")
{
    struct Row {
        Ask ask;
        bool order;
        bool observers;
    };
    const std::vector<Row> rows{
        {Ask::status, false, true},  {Ask::start, true, false},    {Ask::stop, true, false},
        {Ask::restart, true, false}, {Ask::retry, true, false},    {Ask::reload, true, false},
        {Ask::logs, false, true},    {Ask::explain, false, false}, {Ask::events, false, true},
        {Ask::forget, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(name(row.ask));
        CHECK(is_order(row.ask) == row.order);
        CHECK(is_for_observers(row.ask) == row.observers);
    }
}
