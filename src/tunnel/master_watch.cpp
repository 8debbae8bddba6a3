#include "autossh/tunnel/master_watch.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/system/login_progress.hpp"

#include <utility>

namespace autossh {

void MasterWatch::begin(std::shared_ptr<MuxClient> master, pid_t ssh, Time now)
{
    end();
    pid_ = ssh;
    master_ = std::move(master);
    if (master_)
        checks_.begin(now);
}

void MasterWatch::end()
{
    lifetime_.renew();
    master_.reset();
    checks_ = {};
    is_asking_ = has_answered_ = false;
}

void MasterWatch::look(Time now)
{
    if (now < checks_.next())
        return;
    checks_.asked();
    is_asking_ = true;
    spawn_coroutine(executor_, ask(master_, lifetime_.observer()));
}

Awaitable<void> MasterWatch::ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer)
{
    const MuxAnswer answer = co_await master->alive();
    if (!observer.is_over())
        take(answer);
}

void MasterWatch::take(const MuxAnswer& answer)
{
    is_asking_ = answer.kind == MuxAnswer::Kind::gone;
    switch (answer.kind) {
    case MuxAnswer::Kind::granted: pid_ = static_cast<pid_t>(answer.pid); [[fallthrough]];
    case MuxAnswer::Kind::refused:
        has_answered_ = true;
        checks_.answered(Clock::now());
        break;
    case MuxAnswer::Kind::silent: checks_.was_silent(Clock::now(), traces_of(pid_).sleeps); break;
    case MuxAnswer::Kind::gone:
        // It is no master (any more), or ends just now: that it hangs could not be told from that.
        log_.debug("ssh cannot be asked whether it lives: {}", answer.reason);
        checks_.end();
        break;
    }
    on_change_();
}

std::optional<Duration> MasterWatch::silent_for() const
{
    return checks_.hangs() ? std::optional(times::most_silences * times::alive_answer) : std::nullopt;
}

}  // namespace autossh
