#include "autossh/ssh/loop_lines.hpp"

#include "support/catch.hpp"

#include <array>
#include <string>
#include <string_view>

#include <fmt/core.h>

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

/// As ssh tells it: `from` is the port here, -2 for a socket.
void open_channel(LoopLines& loop, const std::string& from, const std::string& target, int channel)
{
    CHECK_FALSE(concerns(
        loop, fmt::format("debug1: Connection to port {} forwarding to {} requested.", from, target)));
    CHECK_FALSE(concerns(loop, "debug1: getsockopt TCP_NODELAY: Operation not supported"));
    CHECK_FALSE(concerns(
        loop,
        fmt::format("debug1: channel {}: new direct-tcpip [direct-tcpip] (inactive timeout: 0)", channel)));
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

TEST_CASE("Heartbeat: a loop whose port is refused may go over another, and is refused where it cannot")
{
    LoopLines loop({.port = 20001, .entrance = entrance, .may_move = true});
    CHECK_FALSE(loop.is_to_move());
    CHECK(concerns(loop, no_port));
    CHECK(loop.is_to_move());
    CHECK_FALSE(loop.refused());

    loop.move_to(20002);
    CHECK_FALSE(loop.is_to_move());
    CHECK_FALSE(concerns(loop, no_port));
    CHECK_FALSE(loop.refused());
    CHECK(concerns(loop, "Warning: remote port forwarding failed for listen port 20002"));
    CHECK(loop.is_to_move());
    loop.cannot_move();
    CHECK_FALSE(loop.is_to_move());
    CHECK(loop.refused());

    LoopLines forbidden({.port = 20001, .entrance = entrance, .may_move = true});
    CHECK_FALSE(concerns(forbidden, all_off));
    CHECK(forbidden.refused());
    CHECK_FALSE(forbidden.is_to_move());
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

TEST_CASE("Heartbeat: a dead target is the loop's only where ssh has opened that channel for it")
{
    LoopLines loop = some_loop();
    CHECK_FALSE(concerns(loop, prohibited));
    open_channel(loop, "8080", "127.0.0.1 port 80", 1);
    CHECK_FALSE(concerns(loop, prohibited));
    open_channel(loop, "8080", "127.0.0.1 port 20001", 1);  // the user's own way to that port
    CHECK_FALSE(concerns(loop, prohibited));
    CHECK_FALSE(loop.refused());

    open_channel(loop, "-2", "127.0.0.1 port 20001", 1);
    open_channel(loop, "8080", "127.0.0.1 port 80", 2);
    CHECK_FALSE(concerns(loop, "channel 2: open failed: administratively prohibited: open failed"));
    CHECK_FALSE(concerns(loop, "channel 11: open failed: administratively prohibited: open failed"));
    CHECK(concerns(loop, nobody_there));
    CHECK_FALSE(loop.refused());
    CHECK(concerns(loop, prohibited));
    CHECK(loop.refused());
    open_channel(loop, "8080", "127.0.0.1 port 80", 1);  // the number is used again
    CHECK_FALSE(concerns(loop, prohibited));

    LoopLines working = some_loop();
    working.works();
    open_channel(working, "-2", "127.0.0.1 port 20001", 1);
    CHECK(concerns(working, prohibited));
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

TEST_CASE("Heartbeat: of the way to an echo service only what leads there concerns the test")
{
    const std::array<std::string, 2> targets{"127.0.0.1 port 7700", "/run/echo port -2"};
    for (const std::string& target : targets) {
        CAPTURE(target);
        LoopLines loop({.port = {}, .entrance = entrance, .echo = target});
        CHECK_FALSE(concerns(loop, "Warning: remote port forwarding failed for listen port 7700"));
        open_channel(loop, "-2", "127.0.0.1 port 80", 1);
        CHECK_FALSE(concerns(loop, nobody_there));
        open_channel(loop, "-2", target, 1);
        CHECK(concerns(loop, nobody_there));
        CHECK_FALSE(loop.refused());
        open_channel(loop, "-2", target, 1);
        CHECK(concerns(loop, prohibited));
        CHECK(loop.refused());
    }
}
