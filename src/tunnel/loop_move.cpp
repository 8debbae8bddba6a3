#include "autossh/tunnel/loop_move.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/random.hpp"
#include "autossh/heartbeat/loop.hpp"
#include "autossh/system/left_sockets.hpp"

#include <utility>

namespace autossh {

namespace {

/// With a thousand loops on a server, one in five of their ports is taken. One that allows none has a line in
/// its log for each that is asked for.
constexpr int most_ports = 2;

ConfiguredForward on_server(std::uint16_t port, const std::string& exit)
{
    return {.kind = ConfiguredForward::Kind::remote,
            .listen = {.host = "127.0.0.1", .port = port, .path = ""},
            .target = {.host = std::nullopt, .path = exit}};
}

ConfiguredForward entrance_to(std::uint16_t port, const std::string& entrance)
{
    return {.kind = ConfiguredForward::Kind::local,
            .listen = {.host = std::nullopt, .path = entrance},
            .target = {.host = "127.0.0.1", .port = port, .path = ""}};
}

}  // namespace

void LoopMove::begin(std::shared_ptr<MuxClient> master)
{
    end();
    master_ = std::move(master);
    if (!master_)
        tracker_.loop_moves(std::nullopt);
}

void LoopMove::end()
{
    lifetime_.renew();
    master_.reset();
    has_moved_ = false;
}

/// The server's answers come first: an ssh that waits for one is not to be asked for a -R.
void LoopMove::look()
{
    const ClientState& client_state = tracker_.client_state();
    if (!master_ || has_moved_ || !tracker_.logged_in_at() || !client_state.loop().is_to_move() ||
        !tests_.loop_port() || client_state.awaits_answers())
        return;
    has_moved_ = true;
    tests_.abandon();
    tests_.loop_is_refused();
    spawn_coroutine(executor_, move(master_, lifetime_.observer()));
}

Awaitable<void> LoopMove::move(std::shared_ptr<MuxClient> master, Lifetime::Observer observer)
{
    const std::uint16_t before = *tests_.loop_port();
    const std::uint16_t port = co_await port_on_server(master, observer);
    if (observer.is_over())
        co_return;
    bool is_led = false;
    if (port != 0)
        is_led = co_await lead_to(master, port, before, observer);
    if (observer.is_over())
        co_return;
    if (is_led) {
        log_.info("the connection tests go over port {} of the server, as it refuses port {}", port, before);
        tracker_.loop_moves(port);
        tests_.loop_moves(port, Clock::now());
    } else {
        tracker_.loop_moves(std::nullopt);
    }
    on_change_();
}

/// 0: it refuses those, too, as a server does that forbids them all.
Awaitable<std::uint16_t> LoopMove::port_on_server(std::shared_ptr<MuxClient> master,
                                                  Lifetime::Observer observer)
{
    for (int tried = 0; tried < most_ports; ++tried) {
        const std::uint16_t port = loop_port_from(random_number());
        const ConfiguredForward forward = on_server(port, tests_.loop_exit());
        const MuxAnswer answer = co_await master->open(forward);
        if (observer.is_over() || answer.is_granted())
            co_return port;
        log_.debug("the server refuses port {} for the connection tests, too: {}", port, answer.reason);
    }
    co_return 0;
}

/// The way there begins at the same socket: ssh leaves its file, and makes no other in its place.
Awaitable<bool> LoopMove::lead_to(std::shared_ptr<MuxClient> master, std::uint16_t port, std::uint16_t before,
                                  Lifetime::Observer observer)
{
    const std::string entrance = tests_.loop_entrance();
    const ConfiguredForward old = entrance_to(before, entrance);
    const ConfiguredForward next = entrance_to(port, entrance);
    const MuxAnswer closed = co_await master->close(old);
    if (observer.is_over())
        co_return false;
    if (!closed.is_granted())
        log_.debug("the way of the connection tests is not closed: {}", closed.reason);
    remove_dead_socket(entrance);
    const MuxAnswer answer = co_await master->open(next);
    if (observer.is_over())
        co_return false;
    if (!answer.is_granted())
        log_.debug("the connection tests cannot go over port {}: {}", port, answer.reason);
    co_return answer.is_granted();
}

}  // namespace autossh
