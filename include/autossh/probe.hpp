// One test of the connection, over the loop of forwardings or the echo port.
#pragma once

#include "autossh/log.hpp"
#include "autossh/settings.hpp"

#include <functional>
#include <list>
#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

namespace autossh {

/// Sends our message and waits for it to come back. Kept alive by its own coroutines until they have ended.
class Probe : public std::enable_shared_from_this<Probe> {
public:
    /// `listener`: where the loop comes back; null with an echo port. `done` is called once with the result,
    /// not after cancel().
    Probe(boost::asio::any_io_executor executor, const TunnelSettings& settings, Log& log,
          boost::asio::ip::tcp::acceptor* listener, std::function<void(bool passed)> done);

    void start();
    void cancel();

private:
    using Socket = boost::asio::ip::tcp::socket;
    /// What came back on a connection within the net timeout.
    enum class Reply { ours, wrong, silence };

    boost::asio::awaitable<void> run();
    boost::asio::awaitable<bool> connect();
    boost::asio::awaitable<void> echo();
    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> offer(std::list<Socket>::iterator connection);
    boost::asio::awaitable<bool> send();
    boost::asio::awaitable<Reply> receive(Socket& socket);

    void wait_for_connection();
    void finish(bool passed);

    const TunnelSettings& settings_;
    Log& log_;
    boost::asio::ip::tcp::acceptor* listener_;
    std::function<void(bool)> done_;  ///< empty once the test is over
    std::string message_;
    Socket out_;
    std::list<Socket> incoming_;               ///< accepted, and not yet found wrong
    boost::asio::steady_timer no_connection_;  ///< nothing to read from
    boost::asio::steady_timer whole_test_;     ///< bounds what strangers can draw out
    int sent_ = 0;
    int failed_ = 0;  ///< connections that did not bring our message
};

}  // namespace autossh
