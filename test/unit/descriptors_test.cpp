// What is written where nobody may read.
#include "autossh/descriptors.hpp"
#include "support/catch.hpp"

#include <csignal>

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
