#include "autossh/heartbeat/loop_probe.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/descriptors.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_connections = 64;  // strangers may not take all our descriptors
constexpr int most_sends = 2;                 // whatever strangers do
constexpr const char* nothing_came = "timeout polling to accept read connection";

}  // namespace

LoopProbe::LoopProbe(const Executor& executor, Log& log, const Entrance& entrance, Listener& back,
                     LoopAccess access, const std::string& message, const TestLimits& limits, Done done)
    : Probe(executor, log, entrance, message, limits.step, std::move(done)), back_(back), access_(access),
      first_connection_(limits.connection), no_connection_(executor), whole_test_(executor)
{}

void LoopProbe::cancel()
{
    Probe::cancel();
    boost::system::error_code ignored;
    for (StreamSocket& socket : incoming_)
        socket.close(ignored);
    back_.cancel(ignored);
    no_connection_.cancel();
    whole_test_.cancel();
}

Awaitable<void> LoopProbe::exchange()
{
    const bool is_private = access_ == LoopAccess::private_to_us;
    spawn_coroutine(executor(), accept(), shared_from_this());
    wait_for_connection(first_connection_);
    whole_test_.expires_after(is_private ? limit() : limit() * 4);
    whole_test_.async_wait([this, self = shared_from_this()](const boost::system::error_code& cancelled) {
        if (!cancelled && !is_over())
            fail(nothing_came);
    });
    // 1.4g's order over ports is to send when a connection has come back; but what is on its way at once
    // still arrives when the test is over, and then counts for the next.
    if (is_private) {
        sent_ = most_sends;
        co_await send();
    }
}

Awaitable<void> LoopProbe::accept()
{
    while (!is_over()) {
        // Accepted here and not by Asio, whose sockets are not close-on-exec: between its accept and our next
        // turn an ssh might be started, and would get a copy.
        auto [error] = co_await back_.async_wait(Listener::wait_read, no_throw);
        if (is_over())
            co_return;
        StreamSocket socket(executor());
        if (!error)
            back_.accept(socket, error);
        if (error == asio::error::would_block)
            continue;
        if (error) {
            log().info("error accepting read connection: {}", error.message());
            Timer pause(executor(), std::chrono::milliseconds(100));
            co_await pause.async_wait(no_throw);
            continue;
        }
        close_on_exec(socket.native_handle());
        no_connection_.cancel();
        if (incoming_.size() >= most_connections)
            incoming_.front().close(error);
        const auto connection = incoming_.insert(incoming_.end(), std::move(socket));
        spawn_coroutine(executor(), offer(connection), shared_from_this());
    }
}

/// It may be ours or a stranger's: only our message tells.
Awaitable<void> LoopProbe::offer(Connection connection)
{
    if (sent_ <= failed_ && sent_ < most_sends) {
        ++sent_;
        co_await send();
    }
    const Reply reply = co_await receive(*connection);
    if (is_over())
        co_return;
    if (reply == Reply::ours) {
        pass();
        co_return;
    }
    ++failed_;
    incoming_.erase(connection);
    if (incoming_.empty())
        wait_for_connection(limit());
}

void LoopProbe::wait_for_connection(Duration limit)
{
    no_connection_.expires_after(limit);
    no_connection_.async_wait([this, self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && !is_over() && incoming_.empty())
            fail(nothing_came);
    });
}

ConfigError cannot_bind(const std::string& name, const boost::system::error_code& error)
{
    return ConfigError(fmt::format("bind on {}: {}", name, error.message()));
}

}  // namespace autossh
