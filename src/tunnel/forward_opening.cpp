#include "autossh/tunnel/forward_opening.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/ssh/forward_reply.hpp"
#include "autossh/ssh/kept_ports.hpp"
#include "autossh/system/left_sockets.hpp"

#include <utility>

namespace autossh {

namespace {

/// The server hears of the end of a -R on one connection and of its successor on another: the second may be
/// quicker.
constexpr int most_tries = 8;
constexpr Duration between_tries = std::chrono::milliseconds(25);

}  // namespace

void ForwardOpening::begin(Work work)
{
    end();
    is_busy_ = true;
    spawn_coroutine(executor_, move(std::move(work), lifetime_.observer()));
}

void ForwardOpening::end()
{
    lifetime_.renew();
    is_busy_ = false;
}

void ForwardOpening::remove_left_sockets()
{
    for (const std::string& path : std::exchange(paths_, {}))
        remove_dead_socket(path);
}

/// One after the other, so that each is away for a moment only. A server's socket is opened first: to close
/// it leaves its file, in whose place a server listens again by StreamLocalBindUnlink alone; where it does
/// not, the predecessor keeps it.
Awaitable<void> ForwardOpening::move(Work work, Lifetime::Observer observer)
{
    for (const Wanted& unwanted : work.closed) {
        co_await close(work.master, unwanted);
        if (observer.is_over())
            co_return;
    }
    for (const Wanted& wanted : work.forwards) {
        const bool is_remote = wanted.forward.kind == ConfiguredForward::Kind::remote;
        const bool keeps_file = is_remote && !wanted.forward.listen.path.empty();
        if (work.predecessor && !keeps_file)
            co_await close(work.predecessor, wanted);
        if (observer.is_over())
            co_return;
        const bool may_be_late = work.predecessor_is_well && is_remote && !keeps_file;
        const MuxAnswer answer = co_await open(executor_, work.master, wanted, may_be_late ? most_tries : 1);
        if (observer.is_over() || !take(wanted.forward, answer))
            co_return;
        if (work.predecessor && keeps_file && answer.is_granted())
            co_await close(work.predecessor, wanted);
        if (observer.is_over())
            co_return;
    }
    for (const ConfiguredForward& forward : work.loop) {
        const MuxAnswer answer = co_await work.master->open(forward);
        if (observer.is_over() || !take(forward, answer))
            co_return;
    }
    is_busy_ = false;
}

/// A -R 0 may have been opened by its port since.
Awaitable<void> ForwardOpening::close(std::shared_ptr<MuxClient> predecessor, Wanted wanted)
{
    if (wanted.kept_port != 0)
        static_cast<void>(co_await predecessor->close(with_port(wanted.forward, wanted.kept_port)));
    static_cast<void>(co_await predecessor->close(wanted.forward));
    if (wanted.forward.kind != ConfiguredForward::Kind::remote)
        remove_dead_socket(wanted.forward.listen.path);  // a master leaves the file
}

Awaitable<MuxAnswer> ForwardOpening::open(Executor executor, std::shared_ptr<MuxClient> master, Wanted wanted,
                                          int tries)
{
    MuxAnswer answer;
    if (wanted.kept_port != 0) {
        answer = co_await try_often(executor, master, with_port(wanted.forward, wanted.kept_port), tries);
        answer.port = wanted.kept_port;
    }
    if (wanted.kept_port == 0 || answer.kind == MuxAnswer::Kind::refused)
        answer = co_await try_often(executor, master, wanted.forward, tries);
    co_return answer;
}

Awaitable<MuxAnswer> ForwardOpening::try_often(Executor executor, std::shared_ptr<MuxClient> master,
                                               ConfiguredForward forward, int tries)
{
    MuxAnswer answer = co_await master->open(forward);
    Timer timer(executor);
    for (int i = 1; i < tries && answer.kind == MuxAnswer::Kind::refused; ++i) {
        timer.expires_after(between_tries);
        co_await timer.async_wait(no_throw);
        answer = co_await master->open(forward);
    }
    co_return answer;
}

/// False: that ssh is gone, which is told elsewhere.
bool ForwardOpening::take(const ConfiguredForward& forward, const MuxAnswer& answer)
{
    if (answer.kind == MuxAnswer::Kind::gone)
        return false;
    if (!answer.is_granted())
        log_.debug("a forward is not to be had from the ssh that takes over: {}", answer.reason);
    const bool is_here = forward.kind != ConfiguredForward::Kind::remote;
    if (is_here && !forward.listen.path.empty())
        paths_.push_back(forward.listen.path);
    if (is_here && !answer.is_granted())
        tracker_.read_refusal(line_of_refusal_here(forward));
    for (const std::string& line : lines_of_reply(forward, answer))
        tracker_.read_line(line);
    return true;
}

}  // namespace autossh
