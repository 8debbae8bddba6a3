#include "autossh/ctl/watch_links.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ctl/order_plan.hpp"
#include "autossh/ctl/outage_table.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration order_is_due = std::chrono::seconds(10);
constexpr Seconds outages_told_of = std::chrono::hours(24 * 30);
constexpr std::size_t most_outages = 10;

Ask asked_by(CtlVerb verb)
{
    switch (verb) {
    case CtlVerb::start: return Ask::start;
    case CtlVerb::stop: return Ask::stop;
    case CtlVerb::restart: return Ask::restart;
    default: return Ask::retry;
    }
}

std::string outcome_in_words(CtlVerb verb, const ControlAnswer& answer)
{
    if (answer.error)
        return fmt::format("{}: {}", name(verb), answer.error->text);
    constexpr std::size_t most_names = 5;
    std::string words;
    if (!answer.told.empty())
        words = fmt::format("{}: {}", name(verb), some_of(answer.told, most_names));
    for (const RefusedOrder& refused : answer.refused)
        words += fmt::format("{}{}: {}", words.empty() ? "" : "; ", refused.tunnel, refused.text);
    return words;
}

}  // namespace

const SeenDaemon* WatchLinks::daemon_of(pid_t pid) const
{
    for (const WatchedDaemon& daemon : model_.daemons())
        if (daemon.seen.facts.pid == pid)
            return &daemon.seen;
    return nullptr;
}

void WatchLinks::hear_all()
{
    std::erase_if(heard_, [this](const Heard& heard) { return daemon_of(heard.pid) == nullptr; });
    for (const WatchedDaemon& daemon : model_.daemons()) {
        const pid_t pid = daemon.seen.facts.pid;
        if (!daemon.lost.empty() || !daemon.seen.takes_orders ||
            std::ranges::find(heard_, pid, &Heard::pid) != heard_.end())
            continue;
        ControlLink link(daemon.seen.at, {.id = "1", .ask = Ask::events});
        if (link.fd() >= 0)
            heard_.push_back({pid, std::move(link)});
    }
}

void WatchLinks::give(const WatchOrder& order)
{
    for (const WatchPart& part : order.parts) {
        const SeenDaemon* const daemon = daemon_of(part.pid);
        if (daemon == nullptr)
            continue;
        for (std::vector<std::string>& names : in_requests(part.tunnels))
            given_.push_back(
                {order.verb, *daemon,
                 ControlLink(daemon->at,
                             {.id = "1", .ask = asked_by(order.verb), .tunnels = std::move(names)}),
                 Clock::now() + order_is_due});
    }
}

void WatchLinks::open_text(const WatchPart& tunnel, const ControlRequest& request)
{
    close_text();
    if (const SeenDaemon* const daemon = daemon_of(tunnel.pid); daemon != nullptr && daemon->takes_orders)
        text_.emplace(daemon->at, request);
}

void WatchLinks::follow_log(const WatchPart& tunnel)
{
    open_text(tunnel, {.id = "1", .ask = Ask::logs, .tunnels = tunnel.tunnels, .follow = true});
}

void WatchLinks::ask_for_details(const WatchPart& tunnel)
{
    open_text(tunnel, {.id = "1", .ask = Ask::explain, .tunnels = tunnel.tunnels});
    if (const SeenDaemon* const daemon = daemon_of(tunnel.pid); text_ && daemon != nullptr)
        outages_link_.emplace(daemon->at, ControlRequest{.id = "1",
                                                         .ask = Ask::outages,
                                                         .tunnels = tunnel.tunnels,
                                                         .outages = {.back = outages_told_of}});
}

void WatchLinks::close_text()
{
    text_.reset();
    outages_link_.reset();
    explanation_.clear();
    outages_.clear();
}

void WatchLinks::add_to(std::vector<pollfd>& waited) const
{
    const auto add = [&waited](const ControlLink& link) {
        if (link.fd() >= 0)
            waited.push_back({link.fd(), link.events(), 0});
    };
    for (const Heard& heard : heard_)
        add(heard.link);
    for (const Given& given : given_)
        add(given.link);
    if (text_)
        add(*text_);
    if (outages_link_)
        add(*outages_link_);
}

Time WatchLinks::deadline() const
{
    Time first = Time::max();
    for (const Given& given : given_)
        first = std::min(first, given.deadline);
    return first;
}

bool WatchLinks::go_on_hearing(Heard& heard)
{
    heard.link.go_on();
    bool any = false;
    const auto now = std::chrono::system_clock::now();
    while (const auto answer = heard.link.take_answer()) {
        if (!answer->event)
            continue;
        model_.take(heard.pid, *answer->event, now);
        any = true;
        hint_ = std::max(hint_, Hint::soon);
    }
    if (heard.link.fd() >= 0)
        return any;
    model_.note_silence(heard.pid, now);
    hint_ = Hint::at_once;
    return true;
}

bool WatchLinks::go_on_giving(Given& given)
{
    given.link.go_on();
    const auto answer = given.link.take_answer();
    if (answer)
        model_.tell(outcome_in_words(given.verb, *answer));
    else if (given.link.fd() < 0)
        model_.tell(
            fmt::format("{}: {} has ended before it answered", name(given.verb), in_words(given.daemon)));
    else if (Clock::now() >= given.deadline)
        model_.tell(fmt::format("{}: {} does not answer", name(given.verb), in_words(given.daemon)));
    else
        return false;
    given.deadline = Time::min();  // it is done
    hint_ = std::max(hint_, Hint::soon);
    return true;
}

bool WatchLinks::go_on_with_text()
{
    if (!text_)
        return false;
    text_->go_on();
    bool any = false;
    while (const auto answer = text_->take_answer()) {
        any = true;
        for (const TunnelLines& log : answer->logs)
            for (const std::string& line : log.lines)
                model_.text().add(line);
        if (answer->log_line)
            model_.text().add(answer->log_line->text);
        for (const TunnelText& explanation : answer->explanations)
            explanation_ = lines_of(explanation.text);
        if (answer->error)
            model_.tell(answer->error->text);
    }
    if (text_->fd() >= 0)
        return any;
    text_.reset();
    return true;
}

/// An older process does not know the question, and nothing is told of that.
bool WatchLinks::go_on_with_outages()
{
    if (!outages_link_)
        return false;
    outages_link_->go_on();
    const auto answer = outages_link_->take_answer();
    if (!answer && outages_link_->fd() >= 0)
        return false;
    if (answer && answer->outages)
        outages_ = lines_of_last_outages(*answer->outages, most_outages);
    outages_link_.reset();
    return true;
}

bool WatchLinks::go_on()
{
    bool any = false;
    for (Heard& heard : heard_)
        any = go_on_hearing(heard) || any;
    std::erase_if(heard_, [](const Heard& heard) { return heard.link.fd() < 0; });
    for (Given& given : given_)
        any = go_on_giving(given) || any;
    std::erase_if(given_, [](const Given& given) { return given.deadline == Time::min(); });
    any = go_on_with_outages() || any;
    return go_on_with_text() || any;
}

}  // namespace autossh
