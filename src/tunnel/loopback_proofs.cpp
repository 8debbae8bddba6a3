#include "autossh/tunnel/loopback_proofs.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/loopback_proof.hpp"
#include "autossh/system/ssh_server_here.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

namespace autossh {

LoopbackProofs::LoopbackProofs(Executor executor, Log& log, StatusTracker& tracker,
                               std::function<void()> on_change)
    : executor_(std::move(executor)), log_(log), tracker_(tracker), on_change_(std::move(on_change)),
      turn_("loopback-proof", times::between_proofs, times::longest_between_proofs)
{}

void LoopbackProofs::begin(std::shared_ptr<MuxClient> master)
{
    end();
    master_ = std::move(master);
}

void LoopbackProofs::end()
{
    lifetime_.renew();
    master_.reset();
    is_asking_ = false;
    skipped_.clear();
    next_ = never;
    strangers_due_ = {};
    turn_.give_back();
}

Time LoopbackProofs::next_look() const
{
    return std::min(is_asking_ || !may_ask() ? never : next_, turn_.next_look());
}

bool LoopbackProofs::may_ask() const
{
    return master_ && tracker_.logged_in_at() && !tracker_.client_state().awaits_answers();
}

void LoopbackProofs::look(Time now)
{
    turn_.look(now);
    if (is_asking_ || !may_ask())
        return;
    accept_used();
    next_ = never;
    std::vector<Forward> others = suspects();
    if (!others.empty() && now >= strangers_due_) {
        is_asking_ = true;
        spawn_coroutine(executor_, look_at_strangers(master_, std::move(others), lifetime_.observer()));
        return;
    }
    if (!others.empty())
        next_ = strangers_due_;
    const std::optional<Forward> wanted = unproven();
    if (!wanted)
        return;
    if (turn_.take(now))
        begin_proof(*wanted, now);
    if (!is_asking_)
        next_ = std::min(next_, turn_.next_try());
}

/// In a turn, and one in each: its connections are counted by the target.
void LoopbackProofs::begin_proof(const Forward& forward, Time now)
{
    switch (ssh_server_here(*target_port_here(forward))) {
    case SshServerHere::none:
        skipped_.push_back(*forward.configured);
        turn_.give_back();
        return;
    case SshServerHere::busy: turn_.postpone(now); return;
    case SshServerHere::ready: break;
    }
    if (tracker_.status().state == State::authenticated)
        tracker_.hold_up(*tracker_.logged_in_at() + times::loopback_is_proven);
    is_asking_ = true;
    spawn_coroutine(executor_, prove(master_, forward, lifetime_.observer()));
}

std::optional<Forward> LoopbackProofs::unproven() const
{
    const ClientState& client_state = tracker_.client_state();
    const auto& all = client_state.users_forwards();
    for (const Forward& one : all)
        if (target_port_here(one) && can_be_proven(one, all, client_state.circumstances()) &&
            std::ranges::count(skipped_, *one.configured) + std::ranges::count(forbidden_, *one.configured) ==
                0)
            return one;
    return std::nullopt;
}

std::vector<Forward> LoopbackProofs::suspects() const
{
    const ClientState& client_state = tracker_.client_state();
    std::vector<Forward> all;
    for (const SshMessage& refusal : client_state.refused_forwards())
        for (const Forward& one : client_state.users_forwards())
            if (is_refusal_on_loopback(refusal) && is_about(refusal, one) && one.configured &&
                one.state == Forward::State::refused)
                all.push_back(one);
    return all;
}

/// As it is now; null: it is not wanted any more.
const Forward* LoopbackProofs::found(const Forward& forward) const
{
    for (const Forward& one : tracker_.client_state().users_forwards())
        if (one.is_configured_as(*forward.configured))
            return &one;
    return nullptr;
}

bool LoopbackProofs::is_used(const Forward& forward) const
{
    const Forward* const now = found(forward);
    return now != nullptr && now->is_used_by_ipv4;
}

/// Somebody has come to us there all the same.
void LoopbackProofs::accept_used()
{
    for (const Forward& one : suspects())
        if (one.is_used_by_ipv4)
            grant(one, fmt::format("the server listens on port {} of 127.0.0.1, too", one.place));
}

Awaitable<void> LoopbackProofs::prove(std::shared_ptr<MuxClient> master, Forward forward,
                                      Lifetime::Observer observer)
{
    LoopbackOwner owner = co_await owner_of(master, forward, observer);
    if (observer.is_over())
        co_return;
    if (owner == LoopbackOwner::nobody) {  // a stranger has left meanwhile, or the server has no IPv4
        const auto again = co_await owner_again(master, forward, observer);
        if (observer.is_over())
            co_return;
        owner = again.value_or(owner);
    }
    take(forward, owner);
    finish();
}

Awaitable<LoopbackOwner> LoopbackProofs::owner_of(std::shared_ptr<MuxClient> master, Forward forward,
                                                  Lifetime::Observer observer)
{
    const ForwardPlace place = place_to_prove(forward);
    tracker_.expect_probe(fmt::format("{}:{}", *place.host, place.port));
    std::function<std::optional<ProbeSight>()> look = [this, forward, observer] {
        std::optional<ProbeSight> sight;
        if (!observer.is_over())
            sight = ProbeSight{.comes_back = is_used(forward),
                               .failure = tracker_.client_state().probe().failure()};
        return sight;
    };
    return owner_of_loopback(executor_, std::move(master), place, std::move(look));
}

Awaitable<std::optional<LoopbackOwner>>
LoopbackProofs::owner_again(std::shared_ptr<MuxClient> master, Forward forward, Lifetime::Observer observer)
{
    std::function<std::optional<bool>()> is_wanted = [this, forward, observer] {
        return observer.is_over() ? std::nullopt : std::optional(found(forward) != nullptr);
    };
    const bool is_had = co_await have_loopback(master, *forward.configured, std::move(is_wanted));
    std::optional<LoopbackOwner> owner;
    if (observer.is_over() || !is_had)
        co_return owner;
    owner = co_await owner_of(master, forward, observer);
    co_return owner;
}

void LoopbackProofs::take(const Forward& forward, LoopbackOwner owner)
{
    const Forward* const now = found(forward);
    if (now == nullptr || now->state != Forward::State::working)
        return;
    if (owner == LoopbackOwner::ours) {
        log_.debug("the server listens on 127.0.0.1 port {}", forward.place);
        return;
    }
    if (owner == LoopbackOwner::stranger) {
        stranger_wait_ = times::stranger_looked_at;
        strangers_due_ = Clock::now() + stranger_wait_;
        tracker_.note_refusal(refusal_on_loopback(forward));
        return;
    }
    log_.debug("whether the server listens on 127.0.0.1 port {} is not known", forward.place);
    if (owner == LoopbackOwner::unknown)
        turn_.postpone(Clock::now());
    else
        (owner == LoopbackOwner::forbidden ? forbidden_ : skipped_).push_back(*forward.configured);
}

Awaitable<void> LoopbackProofs::look_at_strangers(std::shared_ptr<MuxClient> master,
                                                  std::vector<Forward> forwards, Lifetime::Observer observer)
{
    for (const Forward& forward : forwards) {
        const auto owner = co_await owner_again(master, forward, observer);
        if (observer.is_over())
            co_return;
        const Forward* const now = found(forward);
        if (owner && owner != LoopbackOwner::stranger && now != nullptr &&
            now->state == Forward::State::refused)
            grant(forward, fmt::format("the server listens on port {} now", forward.place));
    }
    stranger_wait_ = std::min(2 * stranger_wait_, times::stranger_looked_at_last);
    strangers_due_ = Clock::now() + stranger_wait_;
    finish();
}

void LoopbackProofs::grant(const Forward& forward, const std::string& words)
{
    tracker_.forward_is_granted(refusal_on_loopback(forward), *forward.configured, words);
}

void LoopbackProofs::finish()
{
    is_asking_ = false;
    tracker_.hold_up({});
    on_change_();
}

}  // namespace autossh
