#include "autossh/hub/echo_listener.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/port_holder.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// As many as may come while we are busy with a thousand tunnels.
constexpr int connections_taken_at_once = 64;
constexpr mode_t for_everybody = 0666;

std::string with_holder(const HubPlace& place, const std::string& reason)
{
    const auto address = SocketAddress::from_literal(place.address, place.port);
    const auto ip = address ? ip_address_of(address->get()) : std::nullopt;
    const std::string holder = port_holder(ip, place.port, ::getpid());
    return holder.empty() ? reason : fmt::format("{}: {} has it", reason, holder);
}

}  // namespace

EchoListener::EchoListener(const Executor& executor, const HubPlace& place, OnConnection on_connection)
    : place_(place), on_connection_(std::move(on_connection)), listener_(executor),
      readable_(listener_, [this] { take(); }), later_(executor, [this] { readable_.start(); }),
      owner_(::getpid())
{}

std::variant<std::unique_ptr<EchoListener>, std::string>
EchoListener::open(const Executor& executor, const HubPlace& place, OnConnection on_connection)
{
    std::unique_ptr<EchoListener> listener(new EchoListener(executor, place, std::move(on_connection)));
    std::string reason = listener->listen();
    if (reason.empty())
        return listener;
    return fmt::format("cannot listen on {}: {}", in_words(place), reason);
}

EchoListener::~EchoListener()
{
    if (inode_ != 0 && ::getpid() == owner_ && is_there())
        ::unlink(place_.path.c_str());
}

bool EchoListener::is_there() const
{
    struct stat status {};
    return place_.path.empty() || (::lstat(place_.path.c_str(), &status) == 0 && status.st_dev == device_ &&
                                   status.st_ino == inode_);
}

/// Returns why not; empty: it listens.
std::string EchoListener::listen()
{
    if (!place_.path.empty())
        return listen_at_path();
    const auto address = SocketAddress::from_literal(place_.address, place_.port);
    if (!address)
        return "there is no such address";
    const StreamProtocol::endpoint endpoint(address->get(), address->size());
    const boost::system::error_code error = listen_on_port(listener_, endpoint);
    if (!error)
        return {};
    if (error == boost::asio::error::address_in_use)
        return with_holder(place_, error.message());
    if (error == boost::asio::error::access_denied)
        return error.message() + ": a port below 1024 is root's; take another, such as 7700";
    return error.message();
}

std::string EchoListener::listen_at_path()
{
    struct stat status {};
    const bool is_there = ::lstat(place_.path.c_str(), &status) == 0;
    if (is_there && !S_ISSOCK(status.st_mode))
        return "there is something that is no socket; remove it, or take another path";
    if (is_there && takes_connections(place_.path))
        return "another process listens there";
    const boost::system::error_code error = listen_on_path(listener_, place_.path);
    if (error == boost::system::errc::no_such_file_or_directory)
        return fmt::format("there is no directory {}; make it, or have RuntimeDirectory= of the unit make it",
                           directory_part(place_.path));
    if (error)
        return error.message();
    if (::chmod(place_.path.c_str(), for_everybody) < 0 || ::lstat(place_.path.c_str(), &status) < 0)
        return std::strerror(errno);
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return {};
}

void EchoListener::take()
{
    for (int i = 0; i < connections_taken_at_once; ++i)
        if (!take_one())
            return;
}

/// False: there is none now. Without a free descriptor a connection stays there, and must not wake us again
/// and again.
bool EchoListener::take_one()
{
    boost::system::error_code error;
    StreamSocket client(listener_.get_executor());
    listener_.accept(client, error);
    if (error == boost::asio::error::would_block || error == boost::asio::error::try_again)
        return false;
    if (error) {
        readable_.stop();
        later_.set_after(std::chrono::seconds(1));
        return false;
    }
    close_on_exec(client.native_handle());
    on_connection_(std::move(client));
    return true;
}

}  // namespace autossh
