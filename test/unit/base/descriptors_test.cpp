// What is written where nobody may read.
#include "autossh/base/descriptors.hpp"
#include "support/catch.hpp"

#include <array>
#include <csignal>

#include <sys/socket.h>
#include <unistd.h>

using namespace autossh;

TEST_CASE("A full pipe that nobody reads does not block the writer, and takes lines again when it is read")
{
    const Pipe pipe;
    Outlet outlet;
    const int end = pipe.write_end.get();
    const std::string line(1000, 'x');
    int taken = 0;
    while (outlet.write(end, line))
        ++taken;
    CHECK(taken > 0);
    for (int i = 0; i < 1000; ++i)  // would take 100 s if each waited
        CHECK_FALSE(outlet.write(end, line));

    std::string read(1 << 20, '\0');
    REQUIRE(::read(pipe.read_end.get(), read.data(), read.size()) > 0);
    CHECK(outlet.write(end, line));
}

TEST_CASE("A pipe without a reader takes nothing")
{
    Pipe pipe;
    ::signal(SIGPIPE, SIG_IGN);
    pipe.read_end.reset();
    CHECK_FALSE(write_all(pipe.write_end.get(), "text"));
    CHECK_FALSE(Outlet().write(pipe.write_end.get(), "text"));
    ::signal(SIGPIPE, SIG_DFL);
}

TEST_CASE("A line that could be written in part only does not run into the next one")
{
    const Pipe pipe;
    Outlet outlet;
    const int end = pipe.write_end.get();
    const std::string line(100000, 'x');  // more than a pipe holds
    REQUIRE_FALSE(outlet.write(end, line));

    std::string taken(1 << 20, '\0');
    const ssize_t torn = ::read(pipe.read_end.get(), taken.data(), taken.size());
    REQUIRE(torn > 0);
    REQUIRE(static_cast<std::size_t>(torn) < line.size());
    CHECK(outlet.write(end, "next"));
    CHECK(outlet.write(end, "last"));
    const ssize_t size = ::read(pipe.read_end.get(), taken.data(), taken.size());
    CHECK(taken.substr(0, static_cast<std::size_t>(size)) == "\nnextlast");
}

TEST_CASE("A socket takes what it has room for, and the rest is left")
{
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const UniqueFd near(ends[0]);
    UniqueFd far(ends[1]);
    std::string_view rest = "text";
    CHECK(send_now(near.get(), rest) == Sending::done);
    CHECK(rest.empty());
    const std::string much(16UL << 20U, 'x');
    rest = much;
    CHECK(send_now(near.get(), rest) == Sending::later);
    CHECK(rest.size() < much.size());
    CHECK_FALSE(rest.empty());
    far.reset();
    CHECK(send_now(near.get(), rest) == Sending::ended);  // and no SIGPIPE
}
