#include "autossh/tunnel/loopback_owner.hpp"

#include "autossh/base/coroutine.hpp"

#include <chrono>

#include <sys/socket.h>

namespace autossh {

namespace {

constexpr int most_looks = 10;
constexpr Duration between_looks_at_log = std::chrono::milliseconds(20);

using Look = std::function<std::optional<bool>()>;

/// Nothing: the question is given up.
Awaitable<std::optional<bool>> comes_soon(Executor executor, Look look)
{
    Timer timer(executor);
    std::optional<bool> comes = look();
    for (int i = 0; i < most_looks && comes == false; ++i) {
        timer.expires_after(between_looks_at_log);
        co_await timer.async_wait(no_throw);
        comes = look();
    }
    co_return comes;
}

/// What has been read is closed in order, and so remembered by the system, which counts such connections.
Awaitable<void> hear_greeting(Executor executor, const MuxStream& stream)
{
    const int end = stream.end.get();
    Look look = [end] {
        char first = 0;
        return std::optional(::recv(end, &first, 1, MSG_PEEK | MSG_DONTWAIT) >= 0);
    };
    const auto heard = co_await comes_soon(executor, std::move(look));
    static_cast<void>(heard);
}

}  // namespace

Awaitable<LoopbackOwner> owner_of_loopback(Executor executor, std::shared_ptr<MuxClient> master,
                                           ForwardPlace place, int questions,
                                           std::function<std::optional<bool>()> comes_back)
{
    for (int i = 0; i < questions; ++i) {
        const MuxStream stream = co_await master->connect(place);
        if (stream.answer.kind == MuxAnswer::Kind::refused)
            co_return LoopbackOwner::nobody;
        if (!stream.answer.is_granted())
            co_return LoopbackOwner::unknown;
        const std::optional<bool> comes = co_await comes_soon(executor, comes_back);
        if (!comes)
            co_return LoopbackOwner::unknown;
        if (*comes) {
            co_await hear_greeting(executor, stream);
            co_return LoopbackOwner::ours;
        }
    }
    co_return LoopbackOwner::stranger;
}

}  // namespace autossh
