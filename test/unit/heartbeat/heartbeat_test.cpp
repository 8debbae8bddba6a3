#include "autossh/heartbeat/heartbeat.hpp"

#include "support/catch.hpp"

#include <regex>
#include <string>

#include <sys/utsname.h>
#include <unistd.h>

using namespace autossh;

TEST_CASE("Heartbeat: the message is NODENAME autossh PID RANDOM MESSAGE")
{
    CHECK(format_heartbeat("box", 42, 4711, "hello world") == "box autossh 42 4711 hello world\r\n");
    CHECK(format_heartbeat("box", 42, 0, "") == "box autossh 42 0 \r\n");
}

TEST_CASE("Heartbeat: it names this machine and this process, with a fresh number each time")
{
    utsname system{};
    uname(&system);
    const std::string one = make_heartbeat("x");
    const std::string pattern =
        std::string(system.nodename) + " autossh " + std::to_string(getpid()) + " [0-9]{1,10} x\r\n";
    CHECK(std::regex_match(one, std::regex(pattern)));
    CHECK(one != make_heartbeat("x"));
}
