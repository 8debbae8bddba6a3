#include "autossh/program/status_socket.hpp"

#include "autossh/base/descriptors.hpp"

#include <chrono>
#include <utility>

#include <fmt/core.h>

namespace autossh {

StatusSocket::StatusSocket(const Executor& executor, PrivatePlace& place, std::function<std::string()> report)
    : place_(place),
      listener_(executor, [report = std::move(report)](
                              StreamSocket client) { write_all(client.native_handle(), report()); }),
      next_look_(executor)
{
    listen();
    look_now_and_then();
}

void StatusSocket::renew()
{
    if (listener_.is_there())
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
    if (place_.directory() && place_.directory()->exists())
        listener_.listen(fmt::format("{}/{}", place_.directory()->path(), name));
}

}  // namespace autossh
