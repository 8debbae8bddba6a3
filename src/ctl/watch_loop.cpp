#include "autossh/ctl/watch_loop.hpp"

#include "autossh/ctl/order_plan.hpp"
#include "autossh/ctl/watch_details.hpp"
#include "autossh/ctl/watch_screen.hpp"
#include "autossh/ctl/watch_signals.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr Duration between_frames = std::chrono::milliseconds(250);
/// What comes of itself: the round trips, the next try, what is queued.
constexpr Duration between_looks_of_watch = std::chrono::seconds(5);
/// When something has happened, or a daemon is missing.
constexpr Duration soon = std::chrono::seconds(1);

/// "12:34:56" of this place.
std::string clock_on_the_wall(WallTime now)
{
    const std::time_t time = std::chrono::system_clock::to_time_t(now);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return fmt::format("{:02}:{:02}:{:02}", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Duration until_next_second(WallTime now)
{
    const auto next = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds(1);
    return std::chrono::ceil<Duration>(next - now);
}

}  // namespace

WatchLoop::WatchLoop(const CtlCommand& command, const std::vector<std::string>& places)
    : command_(command), model_(command.read_only), links_(model_), look_(places)
{}

/// Returns the signal that has ended it; 0: a key has.
int WatchLoop::run(const OpenLiveScreen& open, bool colour)
{
    WatchSignals signals;
    const std::unique_ptr<LiveScreen> screen = open(colour);
    screen_ = screen.get();
    int ended_by = 0;
    while (!is_over_ && ended_by == 0) {
        if (Clock::now() >= next_look_)
            look_.start();
        if (next_frame() <= Clock::now())
            draw();
        wait(signals.fd());
        ended_by = take_signals(signals);
        take_keys();
        if (auto around = look_.take())
            take_look(those_meant(around->daemons));
        if (links_.go_on())
            has_changed_ = true;
        take_hint(links_.take_hint_to_look());
    }
    screen_ = nullptr;
    return ended_by;
}

/// One that does not answer tells no name: it is known by its pid.
std::vector<SeenDaemon> WatchLoop::those_meant(const std::vector<SeenDaemon>& found) const
{
    std::vector<SeenDaemon> meant = meant_daemons(found, command_.daemon);
    if (command_.daemon.empty())
        return meant;
    for (const SeenDaemon& daemon : found) {
        const auto has_its_pid = [&](const WatchedDaemon& known) {
            return known.seen.facts.pid == daemon.facts.pid;
        };
        if (!daemon.trouble.empty() && daemon.facts.name.empty() &&
            std::ranges::any_of(model_.daemons(), has_its_pid))
            meant.push_back(daemon);
    }
    return meant;
}

void WatchLoop::take_look(const std::vector<SeenDaemon>& found)
{
    model_.take(with_meant_tunnels(found, command_.tunnels), std::chrono::system_clock::now());
    links_.hear_all();
    const bool is_missing = model_.lost() > 0 || model_.daemons().empty();
    next_look_ = Clock::now() + (is_missing ? soon : between_looks_of_watch);
    has_changed_ = true;
}

void WatchLoop::take_hint(WatchLinks::Hint hint)
{
    if (hint == WatchLinks::Hint::soon)
        next_look_ = std::min(next_look_, Clock::now() + soon);
    if (hint == WatchLinks::Hint::at_once)
        next_look_ = Clock::now();
}

/// At most 4 a second of what comes of itself; without a change one a second, for the clock.
Time WatchLoop::next_frame() const
{
    if (is_urgent_)
        return Time::min();
    return has_changed_ ? std::min(next_tick_, last_frame_ + between_frames) : next_tick_;
}

WatchForm WatchLoop::form() const
{
    return {screen_->rows(), screen_->columns(), screen_->has_utf8(),
            clock_on_the_wall(std::chrono::system_clock::now())};
}

void WatchLoop::draw()
{
    const auto now = std::chrono::system_clock::now();
    if (model_.view() == WatchModel::View::list)
        leave_text();
    refresh_details(now);
    screen_->draw(watch_picture(model_, form(), now));
    last_frame_ = Clock::now();
    next_tick_ = last_frame_ + until_next_second(now);
    has_changed_ = is_urgent_ = false;
}

void WatchLoop::wait(int signals) const
{
    std::vector<pollfd> waited{{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}, {look_.fd(), POLLIN, 0}};
    links_.add_to(waited);
    Time until = std::min(next_frame(), links_.deadline());
    if (!look_.is_under_way())
        until = std::min(until, next_look_);
    const auto left = until > Clock::now() ? std::chrono::ceil<Duration>(until - Clock::now()) : Duration(0);
    const auto most = std::min<Duration>(left, std::chrono::minutes(1));
    ::poll(waited.data(), static_cast<nfds_t>(waited.size()), static_cast<int>(most.count()));
}

int WatchLoop::take_signals(WatchSignals& signals)
{
    while (const auto signal = signals.take()) {
        is_urgent_ = true;
        switch (*signal) {
        case SIGWINCH: screen_->resize(); break;
        case SIGTSTP:
            screen_->leave();
            WatchSignals::stop_here();
            screen_->come_back();
            break;
        case SIGCONT: screen_->come_back(); break;
        default: return *signal;
        }
    }
    return 0;
}

void WatchLoop::take_keys()
{
    bool any = false;
    while (const auto key = screen_->take_key()) {
        any = is_urgent_ = true;
        if (key->name == WatchKey::Name::redraw)
            screen_->forget();
        carry_out(model_.press(*key, watch_page(form())));
        if (is_over_)
            return;
    }
    if (!any && screen_->has_hung_up())
        is_over_ = true;
}

void WatchLoop::carry_out(const WatchWish& wish)
{
    switch (wish.what) {
    case WatchWish::What::nothing: break;
    case WatchWish::What::quit: is_over_ = true; break;
    case WatchWish::What::order: links_.give(wish.order); break;
    case WatchWish::What::log: {
        const WatchPart& part = wish.order.parts.front();
        model_.show(WatchText(fmt::format("log of {}", part.tunnels.front()), true));
        links_.follow_log(part);
        break;
    }
    case WatchWish::What::details: {
        const WatchPart& part = wish.order.parts.front();
        model_.show(WatchText(part.tunnels.front()));
        links_.ask_for_details(part);
        details_ = ShownTunnel{part.pid, part.tunnels.front()};
        break;
    }
    }
}

void WatchLoop::leave_text()
{
    details_.reset();
    links_.close_text();
}

void WatchLoop::refresh_details(WallTime now)
{
    if (!details_)
        return;
    for (const WatchedDaemon& daemon : model_.daemons()) {
        const auto& tunnels = daemon.seen.facts.tunnels;
        const auto tunnel = std::ranges::find(tunnels, details_->name, &TunnelFacts::name);
        if (daemon.seen.facts.pid != details_->pid || tunnel == tunnels.end())
            continue;
        std::vector<std::string> lines = watch_details(daemon, *tunnel, screen_->has_utf8(), now);
        for (const auto* const part : {&links_.outages(), &links_.explanation()}) {
            if (!part->empty())
                lines.emplace_back();
            lines.insert(lines.end(), part->begin(), part->end());
        }
        model_.text().set(lines);
    }
}

}  // namespace autossh
