#include "autossh/tunnel/loopback_owner.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/ssh/loopback_proof.hpp"

#include <chrono>

#include <sys/socket.h>

namespace autossh {

namespace {

constexpr int most_looks = 10;
constexpr Duration between_looks_at_log = std::chrono::milliseconds(20);

using Look = std::function<std::optional<ProbeSight>()>;

/// Until it has come back, or has failed as `fails` says, or in vain. Nothing: the question is given up.
Awaitable<std::optional<ProbeSight>> seen_soon(Executor executor, Look look, bool fails)
{
    Timer timer(executor);
    std::optional<ProbeSight> sight = look();
    for (int i = 0; i < most_looks && sight && !sight->comes_back && !(fails && sight->failure); ++i) {
        timer.expires_after(between_looks_at_log);
        co_await timer.async_wait(no_throw);
        sight = look();
    }
    co_return sight;
}

/// What has been read is closed in order, and so remembered by the system, which counts such connections.
Awaitable<void> hear_greeting(Executor executor, const MuxStream& stream)
{
    Timer timer(executor);
    char first = 0;
    for (int i = 0; i < most_looks && ::recv(stream.end.get(), &first, 1, MSG_PEEK | MSG_DONTWAIT) < 0; ++i) {
        timer.expires_after(between_looks_at_log);
        co_await timer.async_wait(no_throw);
    }
}

/// No connection can be made to port 0: the server says so when it has sent what has come to its listeners.
ForwardPlace nowhere()
{
    return {.host = ipv4_loopback, .port = 0, .path = ""};
}

LoopbackOwner owner_by(const std::optional<ProbeSight>& sight)
{
    if (!sight || !sight->failure || sight->failure == ProbeLines::Failure::other)
        return LoopbackOwner::unknown;
    return sight->failure == ProbeLines::Failure::nobody ? LoopbackOwner::nobody : LoopbackOwner::forbidden;
}

}  // namespace

Awaitable<LoopbackOwner> owner_of_loopback(Executor executor, std::shared_ptr<MuxClient> master,
                                           ForwardPlace place, Look look)
{
    const MuxStream stream = co_await master->connect(place);
    if (stream.answer.kind == MuxAnswer::Kind::refused) {
        const auto sight = co_await seen_soon(executor, look, true);
        co_return owner_by(sight);
    }
    if (!stream.answer.is_granted())
        co_return LoopbackOwner::unknown;
    std::optional<ProbeSight> sight = co_await seen_soon(executor, look, false);
    if (sight && !sight->comes_back) {
        const MuxStream none = co_await master->connect(nowhere());
        if (none.answer.kind != MuxAnswer::Kind::refused)
            co_return LoopbackOwner::unknown;
        sight = co_await seen_soon(executor, look, false);
    }
    if (!sight)
        co_return LoopbackOwner::unknown;
    if (!sight->comes_back)
        co_return LoopbackOwner::stranger;
    co_await hear_greeting(executor, stream);
    co_return LoopbackOwner::ours;
}

/// What was not answered in time may have been granted.
Awaitable<bool> have_loopback(std::shared_ptr<MuxClient> master, ConfiguredForward forward,
                              std::function<std::optional<bool>()> is_wanted)
{
    const ConfiguredForward alone = on_loopback(forward);
    const MuxAnswer free = co_await master->open(alone);
    if (free.kind == MuxAnswer::Kind::refused || free.kind == MuxAnswer::Kind::gone)
        co_return false;
    MuxAnswer answer = co_await master->close(alone);
    if (!free.is_granted() || is_wanted() != true)
        co_return false;
    answer = co_await master->ask_again(forward);
    if (is_wanted() == false) {
        answer = co_await master->close(forward);
        co_return false;
    }
    co_return answer.is_granted();
}

}  // namespace autossh
