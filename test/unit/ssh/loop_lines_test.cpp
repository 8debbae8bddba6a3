#include "autossh/ssh/loop_lines.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>

using namespace autossh;

namespace {

const std::string entrance = "/tmp/autossh.1.AAAAAA/out";
constexpr std::string_view no_port = "Warning: remote port forwarding failed for listen port 20001";
constexpr std::string_view all_off = "Port forwarding is disabled to avoid man-in-the-middle attacks.";
constexpr std::string_view nobody_there = "channel 1: open failed: connect failed: Connection refused";
constexpr std::string_view prohibited = "channel 1: open failed: administratively prohibited: open failed";

bool concerns(LoopLines& loop, std::string_view line)
{
    return loop.take(parse_message(line), line);
}

LoopLines some_loop()
{
    return LoopLines({.port = 20001, .entrance = entrance});
}

}  // namespace

TEST_CASE("Heartbeat: the loop's port that the server refuses concerns the loop alone")
{
    LoopLines loop = some_loop();
    CHECK_FALSE(concerns(loop, "Warning: remote port forwarding failed for listen port 20002"));
    CHECK_FALSE(loop.refused());
    CHECK(concerns(loop, no_port));
    CHECK(loop.refused());
    CHECK(loop.entrance_refusal().empty());
}

TEST_CASE("Heartbeat: the loop's entrance where ssh cannot listen, and the line that follows from it")
{
    LoopLines loop = some_loop();
    CHECK_FALSE(concerns(loop, "Could not request local forwarding."));
    CHECK_FALSE(concerns(loop, "unix_listener: cannot bind to path /tmp/other: Address already in use"));
    CHECK(concerns(loop, "unix_listener: cannot bind to path " + entrance + ": Address already in use"));
    CHECK(loop.refused());
    CHECK(loop.entrance_refusal().find(entrance) != std::string::npos);
    CHECK(concerns(loop, "Could not request local forwarding."));
    CHECK_FALSE(concerns(loop, "Could not request remote forwarding."));
}

TEST_CASE("Heartbeat: that all forwards are off concerns the loop alone if there are no others")
{
    LoopLines with_users = some_loop();
    CHECK_FALSE(concerns(with_users, all_off));
    CHECK(with_users.refused());

    LoopLines alone({.port = 20001, .entrance = entrance, .users_forwards = false});
    CHECK(concerns(alone, all_off));
    CHECK(alone.refused());
}

TEST_CASE("Heartbeat: a dead target is the loop's only while a message is on its way over it")
{
    LoopLines loop = some_loop();
    CHECK_FALSE(concerns(loop, prohibited));
    loop.is_tested();
    CHECK_FALSE(concerns(loop, nobody_there));  // the loop is not refused
    CHECK(concerns(loop, prohibited));
    CHECK(loop.refused());
    CHECK_FALSE(concerns(loop, prohibited));  // our one message was the one before
    loop.is_tested();
    CHECK(concerns(loop, nobody_there));

    LoopLines working = some_loop();
    working.is_tested();
    working.works();
    CHECK_FALSE(concerns(working, prohibited));
    CHECK_FALSE(working.refused());
}

TEST_CASE("Heartbeat: without a loop no line concerns it")
{
    LoopLines none;
    for (const std::string_view line :
         {no_port, all_off, nobody_there, prohibited, std::string_view("Could not request local forwarding."),
          std::string_view("unix_listener: cannot bind to path : Address already in use"),
          std::string_view("anything"), std::string_view()}) {
        CHECK_FALSE(concerns(none, line));
        CHECK_FALSE(none.refused());
    }
}
