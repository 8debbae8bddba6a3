#include "autossh/tunnel/loopback_owner.hpp"

#include "autossh/base/coroutine.hpp"

#include <chrono>

namespace autossh {

namespace {

using ComesBack = std::function<std::optional<bool>()>;

constexpr int most_looks = 10;
constexpr Duration between_looks_at_log = std::chrono::milliseconds(20);

/// Nothing: the question is given up.
Awaitable<std::optional<bool>> comes_soon(Executor executor, ComesBack comes_back)
{
    Timer timer(executor);
    std::optional<bool> comes = comes_back();
    for (int i = 0; i < most_looks && comes == false; ++i) {
        timer.expires_after(between_looks_at_log);
        co_await timer.async_wait(no_throw);
        comes = comes_back();
    }
    co_return comes;
}

}  // namespace

Awaitable<LoopbackOwner> owner_of_loopback(Executor executor, std::shared_ptr<MuxClient> master,
                                           ForwardPlace place, int questions, ComesBack comes_back)
{
    for (int i = 0; i < questions; ++i) {
        const MuxStream stream = co_await master->connect(place);
        if (stream.answer.kind == MuxAnswer::Kind::refused)
            co_return LoopbackOwner::nobody;
        if (!stream.answer.is_granted())
            co_return LoopbackOwner::unknown;
        const std::optional<bool> comes = co_await comes_soon(executor, comes_back);
        if (comes != false)
            co_return comes ? LoopbackOwner::ours : LoopbackOwner::unknown;
    }
    co_return LoopbackOwner::stranger;
}

}  // namespace autossh
