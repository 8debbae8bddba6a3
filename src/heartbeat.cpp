#include "autossh/heartbeat.hpp"

#include <random>

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
    std::random_device device;
    const unsigned long random =
        device() & 0x7fffffffUL;  // what readers of the format expect: a positive long
    return format_heartbeat(system.nodename, getpid(), random, message);
}

std::string printable(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        if (value < 0x20 || value >= 0x7f)
            text += fmt::format("\\x{:02x}", value);
        else
            text += byte;
    }
    return text;
}

}  // namespace autossh
