#include "autossh/status_socket.hpp"

#include "autossh/descriptors.hpp"

#include <chrono>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

StatusSocket::StatusSocket(const boost::asio::any_io_executor& executor, PrivatePlace& place,
                           std::function<std::string()> report)
    : place_(place), report_(std::move(report)), listener_(executor), later_(executor), next_look_(executor)
{
    listen();
    look_now_and_then();
}

void StatusSocket::renew()
{
    if (!path_.empty() && ::access(path_.c_str(), F_OK) == 0)
        return;
    if (!place_.directory() || !place_.directory()->exists())
        place_.renew();
    listen();
}

/// The last logout takes $XDG_RUNTIME_DIR away, and nothing tells us.
void StatusSocket::look_now_and_then()
{
    next_look_.expires_after(std::chrono::minutes(1));
    next_look_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        renew();
        look_now_and_then();
    });
}

void StatusSocket::listen()
{
    boost::system::error_code error;
    listener_.close(error);
    later_.cancel();
    path_.clear();
    if (!place_.directory() || !place_.directory()->exists())
        return;
    const std::string path = fmt::format("{}/{}", place_.directory()->path(), name);
    if (listen_on_path(listener_, path))
        return;
    path_ = path;
    wait();
}

void StatusSocket::wait()
{
    listener_.async_wait(Listener::wait_read, [this](const boost::system::error_code& error) {
        if (error)
            return;
        if (answer())
            wait();
        else
            wait_later();
    });
}

/// Without a free descriptor the question stays there, and must not wake us again and again.
void StatusSocket::wait_later()
{
    later_.expires_after(std::chrono::seconds(1));
    later_.async_wait([this](const boost::system::error_code& error) {
        if (!error)
            wait();
    });
}

/// False: not now. Accepted here and not by Asio, whose sockets are not close-on-exec: no ssh is started in
/// between.
bool StatusSocket::answer()
{
    boost::system::error_code error;
    StreamProtocol::socket client(listener_.get_executor());
    listener_.accept(client, error);
    if (error)
        return error == boost::asio::error::would_block;
    close_on_exec(client.native_handle());
    write_all(client.native_handle(), report_());
    return true;
}

}  // namespace autossh
