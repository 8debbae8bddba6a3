#include "autossh/heartbeat/probe.hpp"

#include "autossh/base/alarm.hpp"
#include "autossh/base/coroutine.hpp"
#include "autossh/base/descriptors.hpp"
#include "autossh/base/text.hpp"
#include "autossh/heartbeat/heartbeat.hpp"

#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

namespace autossh {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_connections = 64;  // strangers may not take all our descriptors
constexpr int echo_tries = 2;
constexpr int most_sends = 2;  // over the loop: whatever strangers do
constexpr const char* nothing_came = "timeout polling to accept read connection";

}  // namespace

/// Cancels what a socket is doing when the time is up.
class Probe::TimeLimit {
public:
    TimeLimit(StreamSocket& socket, Duration limit)
        : alarm_(socket.get_executor(), [&socket] {
              boost::system::error_code ignored;
              socket.cancel(ignored);
          })
    {
        alarm_.set_after(limit);
    }

private:
    Alarm alarm_;
};

Probe::Probe(Executor executor, Log& log, Loop& loop, const std::string& message, Duration limit,
             std::function<void(TestResult)> done)
    : log_(log), loop_(loop), done_(std::move(done)), message_(message), limit_(limit), out_(executor),
      no_connection_(executor), whole_test_(executor)
{}

void Probe::start()
{
    spawn_coroutine(out_.get_executor(), run(), shared_from_this());
}

void Probe::cancel()
{
    done_ = nullptr;
    boost::system::error_code ignored;
    out_.close(ignored);
    for (Socket& socket : incoming_)
        socket.close(ignored);
    if (loop_.listener)
        loop_.listener->cancel(ignored);
    no_connection_.cancel();
    whole_test_.cancel();
}

void Probe::pass()
{
    const auto round_trip = std::chrono::duration_cast<Duration>(Clock::now() - sent_at_);
    finish({.passed = true, .failure = {}, .round_trip = round_trip});
}

void Probe::fail(Level level, std::string why, bool nobody_listens)
{
    log_.write(level, "{}", why);
    finish({.failure = std::move(why), .nobody_listens = nobody_listens});
}

void Probe::finish(TestResult result)
{
    if (!done_)
        return;
    const auto done = std::exchange(done_, nullptr);
    cancel();
    done(std::move(result));
}

Awaitable<void> Probe::run()
{
    if (!done_)
        co_return;
    const boost::system::error_code error = co_await connect();
    if (!done_)  // and the loop may be gone with the monitor
        co_return;
    if (error) {
        const bool nobody_listens = error == asio::error::connection_refused ||
                                    error == boost::system::errc::no_such_file_or_directory;
        fail(loop_.failures, fmt::format("{}: {}", loop_.name, error.message()), nobody_listens);
    } else if (!loop_.listener) {
        co_await echo();
    } else {
        co_await go_round();
    }
}

Awaitable<void> Probe::go_round()
{
    spawn_coroutine(out_.get_executor(), accept(), shared_from_this());
    wait_for_connection();
    whole_test_.expires_after(loop_.is_private ? limit_ : limit_ * 4);
    whole_test_.async_wait([self = shared_from_this()](const boost::system::error_code& cancelled) {
        if (!cancelled && self->done_)
            self->fail(self->loop_.failures, nothing_came);
    });
    // 1.4g's order over ports is to send when a connection has come back; but what is on its way at once
    // still arrives when the test is over, and then counts for the next.
    if (loop_.is_private) {
        sent_ = most_sends;
        co_await send();
    }
}

Awaitable<boost::system::error_code> Probe::connect()
{
    boost::system::error_code error;
    out_.open(loop_.entrance.protocol(), error);
    if (!error) {
        close_on_exec(out_.native_handle());
        const TimeLimit limit(out_, limit_);
        std::tie(error) = co_await out_.async_connect(loop_.entrance, no_throw);
    }
    if (error == asio::error::operation_aborted)
        error = asio::error::timed_out;
    if (!error && is_connected_to_itself(out_))  // which would echo everything
        error = asio::error::connection_refused;
    co_return error;
}

Awaitable<void> Probe::echo()
{
    for (int tries = 0; tries < echo_tries && done_; ++tries) {
        const bool sent = co_await send();
        if (!sent)
            break;
        const Reply reply = co_await receive(out_);
        if (reply == Reply::ours)
            pass();
    }
    if (done_)
        fail(Level::debug, fmt::format("tried connection {} times and failed", echo_tries));
}

Awaitable<void> Probe::accept()
{
    while (done_) {
        // Accepted here and not by Asio, whose sockets are not close-on-exec: between its accept and our next
        // turn an ssh might be started, and would get a copy.
        auto [error] = co_await loop_.listener->async_wait(Loop::Listener::wait_read, no_throw);
        if (!done_)
            co_return;
        Socket socket(out_.get_executor());
        if (!error)
            loop_.listener->accept(socket, error);
        if (error == asio::error::would_block)
            continue;
        if (error) {
            log_.info("error accepting read connection: {}", error.message());
            Timer pause(out_.get_executor(), std::chrono::milliseconds(100));
            co_await pause.async_wait(no_throw);
            continue;
        }
        close_on_exec(socket.native_handle());
        no_connection_.cancel();
        if (incoming_.size() >= most_connections)
            incoming_.front().close(error);
        const auto connection = incoming_.insert(incoming_.end(), std::move(socket));
        spawn_coroutine(out_.get_executor(), offer(connection), shared_from_this());
    }
}

/// It may be ours or a stranger's: only our message tells.
Awaitable<void> Probe::offer(std::list<Socket>::iterator connection)
{
    if (sent_ <= failed_ && sent_ < most_sends) {
        ++sent_;
        co_await send();
    }
    const Reply reply = co_await receive(*connection);
    if (!done_)
        co_return;
    if (reply == Reply::ours) {
        pass();
        co_return;
    }
    ++failed_;
    incoming_.erase(connection);
    if (incoming_.empty())
        wait_for_connection();
}

Awaitable<bool> Probe::send()
{
    sent_at_ = Clock::now();
    const TimeLimit limit(out_, limit_);
    const auto [error, size] = co_await asio::async_write(out_, asio::buffer(message_), no_throw);
    co_return !error;
}

Awaitable<Probe::Reply> Probe::receive(Socket& socket)
{
    std::string reply(message_.size(), '\0');
    const TimeLimit limit(socket, limit_);
    const auto [error, size] = co_await asio::async_read(socket, asio::buffer(reply), no_throw);
    if (!done_)
        co_return Reply::wrong;
    if (reply == message_)
        co_return Reply::ours;
    if (error == asio::error::operation_aborted) {
        log_.debug("timeout on io poll, looping to accept again");
        co_return Reply::silence;
    }
    reply.resize(size);
    log_.debug("not what I sent: \"{}\" : \"{}\"", printable(message_), printable(reply));
    co_return Reply::wrong;
}

void Probe::wait_for_connection()
{
    no_connection_.expires_after(limit_);
    no_connection_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && self->done_ && self->incoming_.empty())
            self->fail(self->loop_.failures, nothing_came);
    });
}

}  // namespace autossh
