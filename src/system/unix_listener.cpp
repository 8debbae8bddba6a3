#include "autossh/system/unix_listener.hpp"

#include "autossh/base/descriptors.hpp"

#include <chrono>
#include <utility>

#include <unistd.h>

namespace autossh {

UnixListener::UnixListener(const Executor& executor, std::function<void(StreamSocket)> on_connection)
    : on_connection_(std::move(on_connection)), listener_(executor), readable_(listener_, [this] { take(); }),
      later_(executor, [this] { readable_.start(); })
{}

bool UnixListener::listen(const std::string& path)
{
    boost::system::error_code error;
    listener_.close(error);
    later_.cancel();
    path_.clear();
    if (listen_on_path(listener_, path))
        return false;
    path_ = path;
    readable_.start();
    return true;
}

bool UnixListener::is_there() const
{
    return !path_.empty() && ::access(path_.c_str(), F_OK) == 0;
}

/// Without a free descriptor the connection stays there, and must not wake us again and again.
void UnixListener::take()
{
    if (take_one())
        return;
    readable_.stop();
    later_.set_after(std::chrono::seconds(1));
}

/// False: not now. Accepted here and not by Asio, whose sockets are not close-on-exec: no ssh is started in
/// between.
bool UnixListener::take_one()
{
    boost::system::error_code error;
    StreamSocket client(listener_.get_executor());
    listener_.accept(client, error);
    if (error)
        return error == boost::asio::error::would_block;
    close_on_exec(client.native_handle());
    on_connection_(std::move(client));
    return true;
}

}  // namespace autossh
