#include "autossh/heartbeat/loop.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::uint16_t lowest_loop_port = 20001;
constexpr std::uint16_t highest_loop_port = 32767;

ConfigError cannot_bind(const std::string& name, const boost::system::error_code& error)
{
    return ConfigError(fmt::format("bind on {}: {}", name, error.message()));
}

}  // namespace

Loop loop_over_ports(const Executor& executor, const MonitorPorts& ports)
{
    const auto here = asio::ip::address_v4::loopback();
    const auto name = [](unsigned port) { return fmt::format("127.0.0.1:{}", port); };

    Loop loop{.entrance = tcp::endpoint(here, ports.port), .name = name(ports.port), .listener = {}};
    if (!ports.echo_port) {
        const auto back = static_cast<std::uint16_t>(ports.port + 1);
        loop.listener.emplace(executor);
        if (const auto error = listen_on_port(*loop.listener, tcp::endpoint(here, back)))
            throw cannot_bind(name(back), error);
    }
    return loop;
}

std::string loop_entrance_in(const std::string& directory)
{
    return directory + "/out";
}

std::vector<std::string> loop_words(const std::string& directory, std::uint16_t port)
{
    return {"-L", fmt::format("{}:127.0.0.1:{}", loop_entrance_in(directory), port), "-R",
            fmt::format("127.0.0.1:{}:{}/in", port, directory)};
}

std::uint16_t loop_port_from(std::uint32_t random)
{
    return static_cast<std::uint16_t>(lowest_loop_port + random % (highest_loop_port - lowest_loop_port + 1));
}

Loop loop_over_sockets(const Executor& executor, const std::string& directory)
{
    const std::string out = loop_entrance_in(directory);
    const std::string in = directory + "/in";
    boost::system::error_code error;

    Loop loop{.entrance = unix_endpoint(out, error),
              .name = out,
              .failures = Level::debug,  // before ssh has connected a test may fail and mean nothing
              .is_private = true,
              .listener = {}};
    loop.listener.emplace(executor);
    if (!error)
        error = listen_on_path(*loop.listener, in);
    if (error)
        throw cannot_bind(in, error);
    return loop;
}

}  // namespace autossh
