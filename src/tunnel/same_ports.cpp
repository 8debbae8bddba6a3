#include "autossh/tunnel/same_ports.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/live_retries.hpp"
#include "autossh/rules/times.hpp"

#include <chrono>
#include <cstdint>
#include <utility>

namespace autossh {

void SamePorts::begin(std::shared_ptr<MuxClient> master)
{
    end();
    master_ = std::move(master);
}

void SamePorts::end()
{
    lifetime_.renew();
    master_.reset();
    is_asking_ = false;
    next_ = never;
    first_try_ = {};
}

/// The server's answers come first: an ssh that waits for one is not to be asked for a -R.
void SamePorts::look(Time now)
{
    const ClientState& client_state = tracker_.client_state();
    if (!master_ || is_asking_ || !tracker_.logged_in_at() || client_state.awaits_answers())
        return;
    kept_.note(client_state.users_forwards(), now, times::dead_session);
    std::vector<KeptPorts::Wanted> wanted = kept_.wanted(client_state.users_forwards());
    if (wanted.empty())
        next_ = never;
    if (wanted.empty() || (next_ != never && now < next_))
        return;
    if (first_try_ == Time{})
        first_try_ = now;
    next_ = now + live_retry_interval(std::chrono::duration_cast<Duration>(now - first_try_), true);
    is_asking_ = true;
    spawn_coroutine(executor_, ask(master_, std::move(wanted), lifetime_.observer()));
}

/// The port of its own is kept until the other one is there.
Awaitable<void> SamePorts::ask(std::shared_ptr<MuxClient> master, std::vector<KeptPorts::Wanted> all,
                               Lifetime::Observer observer)
{
    for (const KeptPorts::Wanted& wanted : all) {
        const ConfiguredForward same = with_port(wanted.forward, wanted.had_once);
        const MuxAnswer answer = co_await master->open(same);
        if (observer.is_over())
            co_return;
        take(wanted, answer);
        if (answer.kind == MuxAnswer::Kind::gone || answer.kind == MuxAnswer::Kind::silent)
            break;
        if (!answer.is_granted())
            continue;
        const MuxAnswer closed = co_await master->close(wanted.forward);
        if (observer.is_over())
            co_return;
        if (!closed.is_granted())
            log_.debug("port {} of the server is not closed: {}", wanted.has, closed.reason);
    }
    is_asking_ = false;
    on_change_();
}

void SamePorts::take(const KeptPorts::Wanted& wanted, const MuxAnswer& answer)
{
    switch (answer.kind) {
    case MuxAnswer::Kind::granted:
        tracker_.note_port(wanted.forward, wanted.has, wanted.had_once);
        log_.info("the server listens on port {} again, in place of {}", wanted.had_once, wanted.has);
        break;
    case MuxAnswer::Kind::refused:
    case MuxAnswer::Kind::silent:
        log_.debug("asked again for port {}: {}", wanted.had_once, answer.reason);
        if (kept_.refused(wanted, Clock::now()))
            log_.info("the server listens on port {}, as it refuses port {}, which the tunnel had before; "
                      "asking for that again",
                      wanted.has, wanted.had_once);
        break;
    case MuxAnswer::Kind::gone:
        log_.debug("ssh cannot be asked for a forward: {}", answer.reason);
        master_.reset();
        next_ = never;
        break;
    }
}

}  // namespace autossh
