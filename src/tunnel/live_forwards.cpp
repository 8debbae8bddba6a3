#include "autossh/tunnel/live_forwards.hpp"

#include "autossh/tunnel/held_places.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/core.h>

namespace autossh {

namespace {

bool is_meant(const Forward& forward, const SshMessage& refusal)
{
    const bool on_server = refusal.kind == SshMessage::Kind::forward_refused;
    if (on_server)
        return forward.kind == Forward::Kind::remote && forward.place == refusal.subject &&
               !refusal.failure.lasts;
    return is_refused_here(forward, refusal);
}

/// What is taken here is seen without ssh, which would log each try.
bool may_be_granted(const Forward& forward)
{
    return !listens_here(forward) || may_be_free(local_place(forward));
}

std::string granted_in_words(const ConfiguredForward& forward, const SshMessage& refusal)
{
    const bool path = refusal.subject.starts_with('/');
    if (forward.kind == ConfiguredForward::Kind::remote)
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

void LiveForwards::look(Time now, bool rival)
{
    if (!tracker_.may_ask())
        return;
    const ClientState& client_state = tracker_.client_state();
    retries_.note_refused(tracker_.logged_in_at() && client_state.some_forward_failed(), now);
    if (is_asking_ || now < retries_.next())
        return;
    if (tracker_.waits_for_forwards() && !rival && !std::exchange(wait_is_told_, true))
        tracker_.tell_of_wait_for_forwards();
    retries_.asked(now);
    // A -R that is closed while the server has not answered for all of them ends ssh.
    std::vector<Question> wanted =
        rival || client_state.awaits_answers() ? std::vector<Question>() : questions();
    if (wanted.empty())
        return;
    is_asking_ = true;
    boost::asio::co_spawn(executor_, ask(master_, std::move(wanted), lifetime_.observer()),
                          [](std::exception_ptr failure) {
                              if (failure)
                                  std::rethrow_exception(failure);
                          });
}

std::vector<LiveForwards::Question> LiveForwards::questions() const
{
    std::vector<Question> found;
    for (const SshMessage& refusal : tracker_.client_state().refused_forwards())
        for (const Forward& forward : tracker_.client_state().users_forwards())
            if (forward.configured && is_meant(forward, refusal) && may_be_granted(forward))
                found.push_back({refusal, *forward.configured});
    return found;
}

Awaitable<void> LiveForwards::ask(std::shared_ptr<MuxClient> master, std::vector<Question> questions,
                                  Lifetime::Observer observer)
{
    for (const Question& question : questions) {
        const MuxAnswer answer = co_await master->ask_again(question.forward);
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
        tracker_.forward_is_granted(question.refusal, granted_in_words(question.forward, question.refusal));
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
