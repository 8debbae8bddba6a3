#include "autossh/program/status_socket.hpp"

#include "autossh/base/descriptors.hpp"

#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace autossh {

namespace {

/// A restart changes the status some times within a millisecond; its socket is looked for once.
constexpr Duration one_restart = std::chrono::milliseconds(50);

}  // namespace

StatusSocket::StatusSocket(const Executor& executor, PrivatePlace& place, std::function<std::string()> report,
                           std::function<void(StreamSocket)> on_control)
    : place_(place),
      listener_(executor, [report = std::move(report)](
                              StreamSocket client) { write_all(client.native_handle(), report()); }),
      control_(executor, std::move(on_control)), next_look_(executor, [this] {
          look();
          look_now_and_then();
      })
{
    // The start of ssh, or of the ssh that is asked what it will do, does not wait for us: it is in the next
    // turn.
    boost::asio::post(executor, [this, executor] { boost::asio::post(executor, [this] { open(); }); });
}

void StatusSocket::open()
{
    if (std::exchange(open_, true))
        return;
    listen();
    place_.remove_leftovers();
    look_now_and_then();
}

/// The first change is that ssh is about to start; the second, that it runs, is what -f may end with.
void StatusSocket::renew()
{
    if (open_ && Clock::now() - looked_ >= one_restart)
        look();
    else if (!open_ && std::exchange(start_is_told_, true))
        open();
}

void StatusSocket::look()
{
    looked_ = Clock::now();
    if (listener_.is_there() && control_.is_there())
        return;
    if (!place_.directory() || !place_.directory()->exists())
        place_.renew();
    listen();
}

/// The last logout takes $XDG_RUNTIME_DIR away, and nothing tells us.
void StatusSocket::look_now_and_then()
{
    next_look_.set_after(std::chrono::minutes(1));
}

void StatusSocket::listen()
{
    if (!place_.directory() || !place_.directory()->exists())
        return;
    listener_.listen(fmt::format("{}/{}", place_.directory()->path(), name));
    control_.listen(fmt::format("{}/{}", place_.directory()->path(), control_name));
}

}  // namespace autossh
