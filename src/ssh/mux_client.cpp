#include "autossh/ssh/mux_client.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/socket_address.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace autossh {

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

Awaitable<MuxStream> connect_by(SharedConnection connection, UniqueFd end, MuxRequest request, Duration limit)
{
    MuxStream stream;
    stream.answer = co_await MuxConnection::ask(connection, std::move(request), limit);
    stream.connection = std::move(connection);
    stream.end = std::move(end);
    co_return stream;
}

Awaitable<MuxStream> without_stream(std::string reason)
{
    MuxStream stream;
    stream.answer = answer(Outcome::gone, std::move(reason));
    co_return stream;
}

}  // namespace

MuxClient::MuxClient(const Executor& executor, std::string path, const MuxLimits& limits)
    : executor_(executor), path_(std::move(path)), limits_(limits)
{}

MuxClient::~MuxClient()
{
    for (const auto& one : in_flight_)
        if (const auto connection = one.lock())
            connection->close();
}

SharedConnection MuxClient::connection(UniqueFd stream)
{
    std::erase_if(in_flight_, [](const auto& one) { return one.expired(); });
    auto made = std::make_shared<MuxConnection>(executor_, path_, std::move(stream));
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

Awaitable<MuxStream> MuxClient::connect(const ForwardPlace& target)
{
    auto [ours, masters] = open_socket_pair();
    if (!ours)
        return without_stream(std::generic_category().message(errno));
    MuxRequest request{.kind = MuxRequest::Kind::connect, .forward = {}};
    request.forward.target = target;
    return connect_by(connection(std::move(masters)), std::move(ours), std::move(request), limits_.request);
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
