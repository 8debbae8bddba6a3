#include "autossh/ssh/mux_client.hpp"

#include "autossh/base/alarm.hpp"
#include "autossh/base/coroutine.hpp"
#include "autossh/base/descriptors.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

MuxAnswer busy()
{
    return {.kind = MuxAnswer::Kind::refused, .reason = "another request has not been answered yet"};
}

}  // namespace

MuxConnection::MuxConnection(const Executor& executor, std::string path, UniqueFd stream)
    : path_(std::move(path)), stream_(std::move(stream)), socket_(executor)
{}

void MuxConnection::close()
{
    end(MuxAnswer::Kind::gone, "the connection was given up");
}

/// The first reason counts: what was waited for then ends with an error of its own.
void MuxConnection::end(MuxAnswer::Kind kind, std::string reason)
{
    if (!end_)
        end_ = MuxAnswer{.kind = kind, .reason = std::move(reason)};
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Awaitable<MuxAnswer> MuxConnection::ask(std::shared_ptr<MuxConnection> connection, MuxRequest request,
                                        Duration limit)
{
    MuxConnection& self = *connection;
    if (self.busy_)
        co_return busy();
    self.busy_ = true;
    Alarm alarm(self.socket_.get_executor(), [&self, limit] {
        self.end(MuxAnswer::Kind::silent, fmt::format("no answer within {}", with_unit(limit)));
    });
    alarm.set_after(limit);
    if (!self.end_ && !self.socket_.is_open())
        co_await self.greet();
    MuxAnswer result;
    if (!self.end_)
        result = co_await self.exchange(request);
    if (self.end_)
        result = *self.end_;
    self.busy_ = false;
    co_return result;
}

Awaitable<MuxAnswer> MuxConnection::exchange(const MuxRequest& request)
{
    const std::uint32_t id = ++last_id_;
    const std::string bytes = to_bytes(request, id);
    co_await asio::async_write(socket_, asio::buffer(bytes), no_throw);  // what fails ends the reading
    if (request.kind == MuxRequest::Kind::connect && !hand_over_stream())
        end(MuxAnswer::Kind::gone, std::generic_category().message(errno));
    const MuxReply reply = co_await receive();
    MuxAnswer result = mux_answer(request, id, reply);
    if (result.kind == MuxAnswer::Kind::gone)
        end(MuxAnswer::Kind::gone, result.reason);
    co_return result;
}

/// mux.c: once to read from, and once to write to.
bool MuxConnection::hand_over_stream()
{
    const UniqueFd stream = std::move(stream_);
    return send_descriptor(socket_.native_handle(), stream.get()) &&
           send_descriptor(socket_.native_handle(), stream.get());
}

Awaitable<void> MuxConnection::greet()
{
    if (!connect())
        co_return;
    const std::string hello = mux_hello();
    co_await asio::async_write(socket_, asio::buffer(hello), no_throw);
    const MuxReply reply = co_await receive();
    if (reply.kind == MuxReply::Kind::nonsense)
        end(MuxAnswer::Kind::gone, fmt::format("the master sent {}", reply.reason));
    else if (reply.kind != MuxReply::Kind::hello)
        end(MuxAnswer::Kind::gone, "the master did not say hello");
    else if (reply.number != mux_version)
        end(MuxAnswer::Kind::gone, fmt::format("the master speaks version {} of the protocol", reply.number));
}

/// Too many who wait already are a master that takes nobody.
bool MuxConnection::connect()
{
    UniqueFd fd = connect_to_socket(path_);
    if (!fd) {
        end(errno == EAGAIN ? MuxAnswer::Kind::silent : MuxAnswer::Kind::gone,
            std::generic_category().message(errno));
        return false;
    }
    boost::system::error_code error;
    socket_.assign(StreamProtocol(AF_UNIX, 0), fd.get(), error);
    if (error)
        end(MuxAnswer::Kind::gone, error.message());
    else
        fd.release();
    return !error;
}

/// Where it fails, the connection has ended.
Awaitable<MuxReply> MuxConnection::receive()
{
    std::array<char, size_of_mux_length> head{};
    auto [error, size] = co_await asio::async_read(socket_, asio::buffer(head), no_throw);
    const auto length = mux_length({head.data(), size});
    std::string message(length.value_or(0), '\0');
    if (!error && length) {
        const auto [body_error, body_size] =
            co_await asio::async_read(socket_, asio::buffer(message), no_throw);
        error = body_error;
    }
    if (error)
        end(MuxAnswer::Kind::gone,
            error == asio::error::eof ? "the master closed the connection" : error.message());
    else if (!length)
        end(MuxAnswer::Kind::gone, "the master sent a message of an impossible length");
    co_return mux_reply_from(message);
}

}  // namespace autossh
