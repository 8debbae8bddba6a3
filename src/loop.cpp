#include "autossh/loop.hpp"

#include "autossh/descriptors.hpp"

#include <cerrno>

#include <sys/stat.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;
using asio::ip::tcp;
using unix_stream = asio::local::stream_protocol;

namespace {

ConfigError cannot_bind(const std::string& name, const boost::system::error_code& error)
{
    return ConfigError(fmt::format("bind on {}: {}", name, error.message()));
}

/// `path`: of a Unix socket; null for a port.
Loop::Listener listen_on(const asio::any_io_executor& executor, const Loop::Protocol::endpoint& endpoint,
                         const std::string& name, const char* path)
{
    Loop::Listener listener(executor);
    boost::system::error_code error;

    listener.open(endpoint.protocol(), error);
    if (!error) {
        close_on_exec(listener.native_handle());
        if (path == nullptr)
            listener.set_option(asio::socket_base::reuse_address(true), error);
    }
    if (!error)
        listener.non_blocking(true, error);
    if (!error)
        listener.bind(endpoint, error);
    // Nobody can connect before we listen, so there is no moment in which others could.
    if (!error && path != nullptr && ::chmod(path, S_IRUSR | S_IWUSR) < 0)
        error.assign(errno, boost::system::system_category());
    if (!error)
        listener.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        throw cannot_bind(name, error);
    return listener;
}

/// The address of a socket; `error` when the path is too long for one.
Loop::Protocol::endpoint unix_endpoint(const std::string& path, boost::system::error_code& error)
{
    try {
        return unix_stream::endpoint(path);
    } catch (const boost::system::system_error& too_long) {
        error = too_long.code();
        return {};
    }
}

}  // namespace

Loop loop_over_ports(const asio::any_io_executor& executor, const MonitorPorts& ports)
{
    const auto here = asio::ip::address_v4::loopback();
    const auto name = [](unsigned port) { return fmt::format("127.0.0.1:{}", port); };

    Loop loop{.entrance = tcp::endpoint(here, ports.port), .name = name(ports.port), .listener = {}};
    if (!ports.echo_port) {
        const auto back = static_cast<std::uint16_t>(ports.port + 1);
        loop.listener = listen_on(executor, tcp::endpoint(here, back), name(back), nullptr);
    }
    return loop;
}

Loop loop_over_sockets(const asio::any_io_executor& executor, const std::string& directory)
{
    const std::string out = directory + "/out";
    const std::string in = directory + "/in";
    boost::system::error_code error;

    const auto entrance = unix_endpoint(out, error);
    const auto back = unix_endpoint(in, error);
    if (error)
        throw cannot_bind(in, error);
    return Loop{.entrance = entrance,
                .name = out,
                .failures = Level::debug,  // before ssh has connected a test may fail and mean nothing
                .is_private = true,
                .listener = listen_on(executor, back, in, in.c_str())};
}

}  // namespace autossh
