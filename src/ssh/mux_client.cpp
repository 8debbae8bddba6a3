#include "autossh/ssh/mux_client.hpp"

#include "autossh/base/alarm.hpp"
#include "autossh/base/coroutine.hpp"
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

using Outcome = MuxAnswer::Kind;
using SharedConnection = std::shared_ptr<MuxConnection>;

/// The master's words for a forward that is in its list and does not listen, from 10.1 on.
constexpr const char* not_found = "port not found";

MuxAnswer answer(Outcome kind, std::string reason = {})
{
    return {.kind = kind, .reason = std::move(reason)};
}

Awaitable<MuxAnswer> ask_once(SharedConnection connection, MuxRequest request, Duration limit)
{
    const MuxAnswer result = co_await MuxConnection::ask(connection, std::move(request), limit);
    connection->close();
    co_return result;
}

bool is_heard(const MuxAnswer& result)
{
    return result.kind == Outcome::granted || result.kind == Outcome::refused;
}

/// Takes a forward that was refused at the start out of the list.
Awaitable<MuxAnswer> unlist(SharedConnection connection, ConfiguredForward forward, Duration limit)
{
    const MuxRequest close{.kind = MuxRequest::Kind::close_forward, .forward = forward};
    MuxAnswer result = co_await MuxConnection::ask(connection, close, limit);
    if (!is_heard(result) || result.reason != not_found)
        co_return is_heard(result) ? answer(Outcome::granted) : result;
    if (!forward.listen.path.empty())
        co_return result;
    const MuxRequest other{.kind = MuxRequest::Kind::open_forward, .forward = in_other_words(forward)};
    result = co_await MuxConnection::ask(connection, other, limit);
    if (!result.is_granted())
        co_return result;
    result = co_await MuxConnection::ask(connection, close, limit);
    co_return result;
}

Awaitable<MuxAnswer> unlist_and_open(SharedConnection connection, ConfiguredForward forward, Duration limit)
{
    MuxAnswer result = co_await unlist(connection, forward, limit);
    if (result.is_granted()) {
        MuxRequest open{.kind = MuxRequest::Kind::open_forward, .forward = std::move(forward)};
        result = co_await MuxConnection::ask(connection, std::move(open), limit);
    }
    connection->close();
    co_return result;
}

}  // namespace

MuxConnection::MuxConnection(const Executor& executor, std::string path)
    : path_(std::move(path)), socket_(executor)
{}

void MuxConnection::close()
{
    end(Outcome::gone, "the connection was given up");
}

/// The first reason counts: what was waited for then ends with an error of its own.
void MuxConnection::end(Outcome kind, std::string reason)
{
    if (!end_)
        end_ = answer(kind, std::move(reason));
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Awaitable<MuxAnswer> MuxConnection::ask(SharedConnection connection, MuxRequest request, Duration limit)
{
    MuxConnection& self = *connection;
    if (self.busy_)
        co_return answer(Outcome::refused, "another request has not been answered yet");
    self.busy_ = true;
    Alarm alarm(self.socket_.get_executor(), [&self, limit] {
        self.end(Outcome::silent, fmt::format("no answer within {}", with_unit(limit)));
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
    const MuxReply reply = co_await receive();
    MuxAnswer result = mux_answer(request, id, reply);
    if (result.kind == Outcome::gone)
        end(Outcome::gone, result.reason);
    co_return result;
}

Awaitable<void> MuxConnection::greet()
{
    if (!connect())
        co_return;
    const std::string hello = mux_hello();
    co_await asio::async_write(socket_, asio::buffer(hello), no_throw);
    const MuxReply reply = co_await receive();
    if (reply.kind == MuxReply::Kind::nonsense)
        end(Outcome::gone, fmt::format("the master sent {}", reply.reason));
    else if (reply.kind != MuxReply::Kind::hello)
        end(Outcome::gone, "the master did not say hello");
    else if (reply.number != mux_version)
        end(Outcome::gone, fmt::format("the master speaks version {} of the protocol", reply.number));
}

/// Too many who wait already are a master that takes nobody.
bool MuxConnection::connect()
{
    UniqueFd fd = connect_to_socket(path_);
    if (!fd) {
        end(errno == EAGAIN ? Outcome::silent : Outcome::gone, std::generic_category().message(errno));
        return false;
    }
    boost::system::error_code error;
    socket_.assign(StreamProtocol(AF_UNIX, 0), fd.get(), error);
    if (error)
        end(Outcome::gone, error.message());
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
        end(Outcome::gone, error == asio::error::eof ? "the master closed the connection" : error.message());
    else if (!length)
        end(Outcome::gone, "the master sent a message of an impossible length");
    co_return mux_reply_from(message);
}

MuxClient::MuxClient(const Executor& executor, std::string path, const MuxLimits& limits)
    : executor_(executor), path_(std::move(path)), limits_(limits)
{}

MuxClient::~MuxClient()
{
    for (const auto& one : in_flight_)
        if (const auto connection = one.lock())
            connection->close();
}

SharedConnection MuxClient::connection()
{
    std::erase_if(in_flight_, [](const auto& one) { return one.expired(); });
    auto made = std::make_shared<MuxConnection>(executor_, path_);
    in_flight_.push_back(made);
    return made;
}

Awaitable<MuxAnswer> MuxClient::ask(MuxRequest::Kind kind, const ConfiguredForward& forward)
{
    const bool is_alive_check = kind == MuxRequest::Kind::alive_check;
    MuxRequest request{.kind = kind, .forward = forward};
    return ask_once(connection(), std::move(request), is_alive_check ? limits_.alive : limits_.request);
}

Awaitable<MuxAnswer> MuxClient::alive()
{
    return ask(MuxRequest::Kind::alive_check);
}

Awaitable<MuxAnswer> MuxClient::open(const ConfiguredForward& forward)
{
    return ask(MuxRequest::Kind::open_forward, forward);
}

Awaitable<MuxAnswer> MuxClient::close(const ConfiguredForward& forward)
{
    return ask(MuxRequest::Kind::close_forward, forward);
}

Awaitable<MuxAnswer> MuxClient::ask_again(const ConfiguredForward& forward)
{
    return unlist_and_open(connection(), forward, limits_.request);
}

Awaitable<SharedConnection> MuxClient::connect()
{
    SharedConnection made = connection();
    const Duration limit = limits_.alive;
    const MuxAnswer alive = co_await MuxConnection::ask(made, MuxRequest(), limit);
    if (!alive.is_granted())
        made.reset();
    co_return made;
}

Awaitable<MuxAnswer> MuxClient::stop_listening()
{
    return ask(MuxRequest::Kind::stop_listening);
}

Awaitable<MuxAnswer> MuxClient::terminate()
{
    return ask(MuxRequest::Kind::terminate);
}

}  // namespace autossh
