#include "autossh/tunnel/live_forwards.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/ssh/loopback_proof.hpp"
#include "autossh/tunnel/held_places.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// What is taken here is seen without ssh, which would log each try. `address`: the one that is wanted beside
/// others that ssh has; empty: one of all.
bool is_free_here(const Forward& forward, const std::string& address)
{
    LocalPlace place = local_place(forward);
    if (!address.empty())
        place.addresses = {address};
    return may_be_free(place);
}

std::string granted_in_words(const Forward& forward, const SshMessage& refusal)
{
    const bool path = refusal.subject.starts_with('/');
    if (forward.kind == Forward::Kind::remote)
        return fmt::format("the server listens on {}{} now", path ? "" : "port ", refusal.subject);
    return fmt::format("ssh listens on local {} {} now", path ? "socket" : "port", refusal.subject);
}

}  // namespace

void LiveForwards::begin(std::shared_ptr<MuxClient> master)
{
    end();
    master_ = std::move(master);
    tracker_.ask_again(master_ != nullptr);
}

void LiveForwards::end()
{
    lifetime_.renew();
    master_.reset();
    retries_ = {};
    is_asking_ = wait_is_told_ = false;
}

void LiveForwards::look(Time now, Holder holder)
{
    if (!tracker_.may_ask())
        return;
    const bool rival = holder == Holder::rival;
    const ClientState& client_state = tracker_.client_state();
    const bool some_are_refused =
        !std::ranges::all_of(client_state.refused_forwards(), is_refusal_on_loopback);
    retries_.note_refused(tracker_.logged_in_at() && some_are_refused, now);
    if (is_asking_ || now < retries_.next())
        return;
    if (tracker_.waits_for_forwards() && !rival && !std::exchange(wait_is_told_, true))
        tracker_.tell_of_wait_for_forwards();
    retries_.asked(now, holder == Holder::dead_session);
    // A -R that is closed while the server has not answered for all of them ends ssh.
    std::vector<Question> wanted =
        rival || client_state.awaits_answers() ? std::vector<Question>() : questions();
    if (wanted.empty())
        return;
    is_asking_ = true;
    spawn_coroutine(executor_, ask(master_, std::move(wanted), lifetime_.observer()));
}

std::vector<LiveForwards::Question> LiveForwards::questions() const
{
    std::vector<Question> found;
    for (const SshMessage& refusal : tracker_.client_state().refused_forwards())
        for (const Forward& forward : tracker_.client_state().users_forwards())
            if (forward.state == Forward::State::refused && is_about(refusal, forward) &&
                may_be_granted(refusal, forward))
                found.push_back({refusal, forward});
    return found;
}

bool LiveForwards::may_be_granted(const SshMessage& refusal, const Forward& forward) const
{
    if (!forward.configured || refusal.failure.lasts || is_refusal_on_loopback(refusal))
        return false;
    const ClientState& client_state = tracker_.client_state();
    if (listens_here(forward))
        return is_free_here(forward, client_state.fails_wholly(refusal) ? "" : refusal.address);
    // To ask for it closes it first, and the server may take that for its namesake's end, which works; but
    // not if both have worked at once.
    return tracker_.had_all_forwards() ||
           std::ranges::none_of(client_state.users_forwards(), [&](const Forward& other) {
               return other.kind == forward.kind && other.place == forward.place &&
                      other.state == Forward::State::working;
           });
}

Awaitable<void> LiveForwards::ask(std::shared_ptr<MuxClient> master, std::vector<Question> questions,
                                  Lifetime::Observer observer)
{
    for (const Question& question : questions) {
        if (!may_be_granted(question.refusal, question.forward))  // any more
            continue;
        const MuxAnswer answer = co_await master->ask_again(*question.forward.configured);
        if (observer.is_over())
            co_return;
        take(question, answer);
        if (answer.kind == MuxAnswer::Kind::gone || answer.kind == MuxAnswer::Kind::silent)
            break;
    }
    is_asking_ = false;
    on_change_();
}

void LiveForwards::take(const Question& question, const MuxAnswer& answer)
{
    switch (answer.kind) {
    case MuxAnswer::Kind::granted:
        if (answer.port != 0)
            tracker_.note_port(*question.forward.configured, 0, static_cast<std::uint16_t>(answer.port));
        tracker_.forward_is_granted(question.refusal, *question.forward.configured,
                                    granted_in_words(question.forward, question.refusal));
        break;
    case MuxAnswer::Kind::refused:
    case MuxAnswer::Kind::silent:
        log_.debug("asked again for a forward on {}: {}", question.refusal.subject, answer.reason);
        break;
    case MuxAnswer::Kind::gone:
        log_.debug("ssh cannot be asked for a forward: {}", answer.reason);
        tracker_.ask_again(false);
        break;
    }
}

}  // namespace autossh
