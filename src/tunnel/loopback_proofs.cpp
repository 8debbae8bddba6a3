#include "autossh/tunnel/loopback_proofs.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/loopback_proof.hpp"
#include "autossh/system/machine_turn.hpp"
#include "autossh/system/port_holder.hpp"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

namespace autossh {

namespace {

/// In one turn: each is a connection to a target, perhaps to the same.
constexpr std::size_t most_in_turn = 3;

}  // namespace

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
    std::vector<Forward> wanted = unproven(now);
    if (wanted.empty())
        return;
    if (!turn_.take(now)) {
        next_ = std::min(next_, turn_.next_try());
        return;
    }
    const auto skips = [this](const Forward& one) {
        const bool bears_it = leads_to_ssh_server(one, ssh_server_listens);
        if (!bears_it)
            skipped_.push_back(*one.configured);
        return !bears_it;
    };
    std::erase_if(wanted, skips);
    if (wanted.empty()) {
        turn_.give_back();
        return;
    }
    if (tracker_.status().state == State::authenticated)
        tracker_.hold_up(now + times::loopback_is_proven);
    wanted.resize(std::min(wanted.size(), most_in_turn));
    is_asking_ = true;
    spawn_coroutine(executor_, prove(master_, std::move(wanted), lifetime_.observer()));
}

std::vector<Forward> LoopbackProofs::unproven(Time now) const
{
    const ClientState& client_state = tracker_.client_state();
    std::vector<Forward> wanted;
    for (const Forward& one : client_state.users_forwards()) {
        const bool is_known = std::ranges::any_of(are_ours_, [&](const auto& known) {
            return one.configured && known.first == *one.configured &&
                   now < known.second + times::proof_counts;
        });
        if (!is_known && can_be_proven(one, client_state.users_forwards(), client_state.circumstances()) &&
            std::ranges::find(skipped_, *one.configured) == skipped_.end())
            wanted.push_back(one);
    }
    return wanted;
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
        if (one.configured && *one.configured == *forward.configured)
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
            tracker_.forward_is_granted(
                refusal_on_loopback(one), *one.configured,
                fmt::format("the server listens on port {} of 127.0.0.1, too", one.place));
}

Awaitable<void> LoopbackProofs::prove(std::shared_ptr<MuxClient> master, std::vector<Forward> forwards,
                                      Lifetime::Observer observer)
{
    for (const Forward& forward : forwards) {
        const LoopbackOwner owner = co_await owner_of(master, forward, questions_for_verdict, observer);
        if (observer.is_over())
            co_return;
        take(forward, owner);
    }
    finish();
}

Awaitable<LoopbackOwner> LoopbackProofs::owner_of(std::shared_ptr<MuxClient> master, Forward forward,
                                                  int questions, Lifetime::Observer observer)
{
    const ForwardPlace place = place_to_prove(forward);
    tracker_.note_probe(fmt::format("{}:{}", *place.host, place.port));
    std::function<std::optional<bool>()> comes_back = [this, forward, observer] {
        return observer.is_over() ? std::nullopt : std::optional(is_used(forward));
    };
    return owner_of_loopback(executor_, std::move(master), place, questions, std::move(comes_back));
}

void LoopbackProofs::take(const Forward& forward, LoopbackOwner owner)
{
    const Forward* const now = found(forward);
    if (now == nullptr || now->state != Forward::State::working)
        return;
    switch (owner) {
    case LoopbackOwner::ours:
        log_.debug("the server listens on 127.0.0.1 port {}", forward.place);
        std::erase_if(are_ours_, [&](const auto& known) { return known.first == *forward.configured; });
        are_ours_.emplace_back(*forward.configured, Clock::now());
        break;
    case LoopbackOwner::stranger:
        stranger_wait_ = times::stranger_looked_at;
        strangers_due_ = Clock::now() + stranger_wait_;
        tracker_.note_refusal(refusal_on_loopback(forward));
        break;
    case LoopbackOwner::nobody:
    case LoopbackOwner::unknown:
        log_.debug("whether the server listens on 127.0.0.1 port {} is not known", forward.place);
        skipped_.push_back(*forward.configured);
        break;
    }
}

/// Where the stranger is gone, the forward is closed and opened, which takes the address.
Awaitable<void> LoopbackProofs::look_at_strangers(std::shared_ptr<MuxClient> master,
                                                  std::vector<Forward> forwards, Lifetime::Observer observer)
{
    for (const Forward& forward : forwards) {
        LoopbackOwner owner = co_await owner_of(master, forward, 1, observer);
        if (observer.is_over())
            co_return;
        if (owner != LoopbackOwner::nobody)
            continue;
        const MuxAnswer answer = co_await master->ask_again(*forward.configured);
        if (observer.is_over())
            co_return;
        if (!answer.is_granted()) {
            log_.debug("asked again for a forward on {}: {}", forward.place, answer.reason);
            continue;
        }
        owner = co_await owner_of(master, forward, questions_for_verdict, observer);
        if (observer.is_over())
            co_return;
        if (owner != LoopbackOwner::stranger)
            tracker_.forward_is_granted(refusal_on_loopback(forward), *forward.configured,
                                        fmt::format("the server listens on port {} now", forward.place));
    }
    stranger_wait_ = std::min(2 * stranger_wait_, times::stranger_looked_at_last);
    strangers_due_ = Clock::now() + stranger_wait_;
    finish();
}

void LoopbackProofs::finish()
{
    is_asking_ = false;
    tracker_.hold_up({});
    on_change_();
}

}  // namespace autossh
