#include "autossh/tunnel/port_proofs.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/event.hpp"
#include "autossh/rules/times.hpp"
#include "autossh/ssh/forward_reply.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

namespace autossh {

namespace {

using Master = std::shared_ptr<MuxClient>;
using Connection = std::shared_ptr<MuxConnection>;

/// A master has a queue for 64 connections.
constexpr std::size_t most_at_once = 8;
/// A tunnel with many forwards on a slow way is not kept from being up.
constexpr Duration longest = std::chrono::seconds(3);

/// To have again what was closed, where ssh does not answer and has not ended.
constexpr int most_reopenings = 10;
constexpr Duration between_reopenings = std::chrono::milliseconds(100);

MuxRequest to_open(ConfiguredForward forward)
{
    return {.kind = MuxRequest::Kind::open_forward, .forward = std::move(forward)};
}

MuxRequest to_close(ConfiguredForward forward)
{
    return {.kind = MuxRequest::Kind::close_forward, .forward = std::move(forward)};
}

}  // namespace

struct PortProofs::Beside {
    explicit Beside(const Executor& executor) : answered(executor) {}

    Event answered;
    std::optional<MuxAnswer> answer;
};

void PortProofs::begin(std::shared_ptr<MuxClient> master)
{
    end();
    master_ = std::move(master);
}

void PortProofs::end()
{
    lifetime_.renew();
    master_.reset();
    asked_.clear();
    queue_.clear();
    asking_ = 0;
    next_ = never;
}

/// Before the server has answered for all, nothing may be closed.
void PortProofs::look(Time now)
{
    const ClientState& client_state = tracker_.client_state();
    const bool may_ask = master_ && !is_asking() && tracker_.may_ask() && tracker_.logged_in_at();
    if (!may_ask || client_state.awaits_answers() || client_state.loop_awaits_answer())
        return;
    std::vector<Forward> wanted = client_state.users_forwards();
    std::erase_if(wanted, [&](const Forward& one) {
        return !can_be_proven(one, client_state.users_forwards(), client_state.circumstances()) ||
               std::ranges::count(asked_, *one.configured) + std::ranges::count(useless_, *one.configured) >
                   0;
    });
    next_ = never;
    if (wanted.empty())
        return;
    if (const Time due = *tracker_.logged_in_at() + times::port_is_unused; now < due) {
        next_ = due;
        return;
    }
    for (Forward& one : wanted) {
        asked_.push_back(*one.configured);
        queue_.push_back(std::move(one));
    }
    until_ = now + longest;
    const std::size_t at_once = std::min(most_at_once, queue_.size());
    asking_ = at_once;
    for (std::size_t i = 0; i < at_once; ++i)
        spawn_coroutine(executor_, ask(master_, lifetime_.observer()));
}

/// The others, if time is up, stay unknown.
Awaitable<void> PortProofs::ask(Master master, Lifetime::Observer observer)
{
    while (!queue_.empty() && Clock::now() < until_) {
        const Forward forward = std::move(queue_.front());
        queue_.pop_front();
        const Outcome outcome = co_await prove(executor_, master, *forward.configured, observer);
        if (observer.is_over())
            co_return;
        take(forward, outcome);
    }
    if (--asking_ > 0)
        co_return;
    queue_.clear();
    on_change_();
}

Awaitable<void> PortProofs::open_beside(Connection connection, ConfiguredForward forward, Duration limit,
                                        std::shared_ptr<Beside> beside)
{
    beside->answer = co_await MuxConnection::ask(connection, to_open(std::move(forward)), limit);
    beside->answered.notify();
}

/// Nothing is closed before there is what is needed to open it again; and what is closed and opened goes
/// together, so that nobody who connects just then is refused.
Awaitable<PortProofs::Outcome> PortProofs::prove(Executor executor, Master master, ConfiguredForward forward,
                                                 Lifetime::Observer observer)
{
    Outcome outcome;
    const Connection first = co_await master->connect();
    const Connection second = co_await master->connect();
    if (!first || !second)
        co_return outcome;
    const Duration limit = master->limits().request;
    const ConfiguredForward on_ipv4 = on_address(forward, ipv4_loopback);
    const ConfiguredForward on_ipv6 = on_address(forward, ipv6_loopback);
    const auto beside = std::make_shared<Beside>(executor);
    std::function<void()> then = [executor, second, on_ipv6, limit, beside] {
        spawn_coroutine(executor, open_beside(second, on_ipv6, limit, beside));
    };
    std::vector<MuxRequest> requests{to_close(forward), to_open(on_ipv4)};
    const auto answers =
        co_await MuxConnection::ask_in_a_row(first, std::move(requests), limit, std::move(then));
    while (!beside->answer)
        co_await beside->answered.wait_until(never);
    const MuxAnswer ipv6 = *beside->answer;
    // From ssh's list it may have gone by ssh -O cancel.
    const bool was_closed = answers.front().kind != MuxAnswer::Kind::refused;
    const bool is_suspect = answers.back().kind == MuxAnswer::Kind::refused && ipv6.is_granted();
    MuxAnswer ipv4 = answers.back();
    if (is_suspect) {  // alone, too: where both mean all addresses (GatewayPorts), the quicker one has them
        std::vector<MuxRequest> alone{to_close(on_ipv6), to_open(on_ipv4)};
        const auto second_answers =
            co_await MuxConnection::ask_in_a_row(first, std::move(alone), limit, nullptr);
        ipv4 = second_answers.back();
    }
    outcome.back = co_await put_back(executor, master, first, forward, was_closed, observer);
    MuxAnswer any_port;
    if (is_suspect) {
        const ConfiguredForward other = on_any_port(on_ipv4);
        any_port = co_await MuxConnection::ask(first, to_open(other), limit);
        co_await close(master, first, other);
    }
    first->close();
    second->close();
    outcome.proof = port_proof(ipv4, ipv6, any_port);
    co_return outcome;
}

/// Whatever the answers were for the two addresses: what was given up may have been granted.
Awaitable<std::optional<MuxAnswer>> PortProofs::put_back(Executor executor, Master master,
                                                         Connection connection, ConfiguredForward forward,
                                                         bool was_closed, Lifetime::Observer observer)
{
    std::vector<MuxRequest> requests{to_close(on_address(forward, ipv4_loopback)),
                                     to_close(on_address(forward, ipv6_loopback))};
    if (was_closed)
        requests.push_back(to_open(forward));
    const auto answers = co_await MuxConnection::ask_in_a_row(connection, std::move(requests),
                                                              master->limits().request, nullptr);
    std::optional<MuxAnswer> back;
    if (was_closed)
        back = answers.back();
    // The next ssh is a master at the same path.
    for (int i = 0; back && back->kind == MuxAnswer::Kind::gone && i < most_reopenings && !observer.is_over();
         ++i) {
        Timer timer(executor);
        timer.expires_after(between_reopenings);
        co_await timer.async_wait(no_throw);
        if (!observer.is_over())
            back = co_await master->ask_again(forward);
    }
    co_return back;
}

/// By another connection, where that one has ended.
Awaitable<void> PortProofs::close(Master master, Connection connection, ConfiguredForward forward)
{
    const MuxAnswer closed =
        co_await MuxConnection::ask(connection, to_close(forward), master->limits().request);
    if (closed.kind == MuxAnswer::Kind::gone || closed.kind == MuxAnswer::Kind::silent)
        static_cast<void>(co_await master->close(forward));
}

void PortProofs::take(const Forward& forward, const Outcome& outcome)
{
    if (!outcome.back)
        return;
    if (!outcome.back->is_granted()) {
        log_.debug("a forward is not to be had again: {}", outcome.back->reason);
        for (const std::string& line : lines_of_reply(*forward.configured, *outcome.back))
            tracker_.read_line(line);
        std::erase(asked_, *forward.configured);  // when it is granted, it may be somebody else's
        return;
    }
    switch (outcome.proof) {
    case PortProof::ours: log_.debug("the server listens on 127.0.0.1 port {}", forward.place); break;
    case PortProof::strangers: tracker_.note_refusal(refusal_on_ipv4(forward)); break;
    case PortProof::unknown:
        log_.debug("the server does not tell whether it listens on 127.0.0.1 port {}", forward.place);
        useless_.push_back(*forward.configured);
        break;
    }
}

Awaitable<MuxAnswer> PortProofs::ask_again(Master master, ConfiguredForward forward)
{
    const ConfiguredForward on_ipv4 = on_address(forward, ipv4_loopback);
    MuxAnswer answer = co_await master->open(on_ipv4);
    if (answer.kind != MuxAnswer::Kind::granted)
        co_return answer;
    static_cast<void>(co_await master->close(on_ipv4));
    static_cast<void>(co_await master->close(forward));
    answer = co_await master->open(forward);
    co_return answer;
}

}  // namespace autossh
