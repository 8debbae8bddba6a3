#include "autossh/heartbeat/heartbeat.hpp"

#include "autossh/base/random.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

std::string format_heartbeat(std::string_view node, long pid, unsigned long random, std::string_view message)
{
    return fmt::format("{} autossh {} {} {}\r\n", node, pid, random, message);
}

std::string make_heartbeat(std::string_view message)
{
    utsname system{};
    uname(&system);
    const unsigned long random =
        random_number() & 0x7fffffffUL;  // what readers of the format expect: a positive long
    return format_heartbeat(system.nodename, getpid(), random, message);
}

}  // namespace autossh
