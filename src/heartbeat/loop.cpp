#include "autossh/heartbeat/loop.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

// Above those that Linux takes for outgoing connections, and where hardly anybody has a port of his own: the
// boxes of one server often have theirs from 20001 on.
constexpr std::uint16_t lowest_loop_port = 61001;
constexpr std::uint16_t highest_loop_port = 65535;

}  // namespace

std::string loop_entrance_in(const std::string& directory)
{
    return directory + "/out";
}

std::string loop_exit_in(const std::string& directory)
{
    return directory + "/in";
}

std::vector<std::string> loop_words(const std::string& directory, std::uint16_t port)
{
    return {"-L", fmt::format("{}:127.0.0.1:{}", loop_entrance_in(directory), port), "-R",
            fmt::format("127.0.0.1:{}:{}", port, loop_exit_in(directory))};
}

std::vector<std::string> echo_words(const std::string& directory, const EchoPlace& echo)
{
    return {"-L", fmt::format("{}:{}", loop_entrance_in(directory), in_words(echo))};
}

std::string in_words(const EchoPlace& echo)
{
    return echo.path.empty() ? fmt::format("127.0.0.1:{}", echo.port) : echo.path;
}

std::string as_ssh_logs(const EchoPlace& echo)
{
    return echo.path.empty() ? fmt::format("127.0.0.1 port {}", echo.port)
                             : fmt::format("{} port -2", echo.path);
}

std::uint16_t loop_port_from(std::uint32_t random)
{
    return static_cast<std::uint16_t>(lowest_loop_port + random % (highest_loop_port - lowest_loop_port + 1));
}

}  // namespace autossh
