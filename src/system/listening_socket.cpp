#include "autossh/system/listening_socket.hpp"

#include "autossh/base/descriptors.hpp"

#include <cerrno>

#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/local/stream_protocol.hpp>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// `path`: of a Unix socket; null for a port.
boost::system::error_code listen_on(Listener& listener, const StreamProtocol::endpoint& endpoint,
                                    const char* path)
{
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
    return error;
}

}  // namespace

boost::system::error_code listen_on_port(Listener& listener, const StreamProtocol::endpoint& endpoint)
{
    return listen_on(listener, endpoint, nullptr);
}

boost::system::error_code listen_on_path(Listener& listener, const std::string& path)
{
    boost::system::error_code error;
    const auto endpoint = unix_endpoint(path, error);
    ::unlink(path.c_str());  // what a listener of ours has left there
    return error ? error : listen_on(listener, endpoint, path.c_str());
}

/// Both ends as the system tells them: its addresses and Asio's differ in unused bytes.
bool is_connected_to_itself(const StreamSocket& socket)
{
    boost::system::error_code ignored;
    return socket.local_endpoint(ignored) == socket.remote_endpoint(ignored);
}

StreamProtocol::endpoint unix_endpoint(const std::string& path, boost::system::error_code& error)
{
    try {
        return asio::local::stream_protocol::endpoint(path);
    } catch (const boost::system::system_error& too_long) {
        error = too_long.code();
        return {};
    }
}

}  // namespace autossh
