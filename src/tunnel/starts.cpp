#include "autossh/tunnel/starts.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace autossh {

namespace {

/// To count the processors takes a while: of the only tunnel of a process that does not matter.
constexpr std::size_t uncounted = 1;

}  // namespace

Starts::Starts(const Executor& executor, const StartLimits& limits)
    : governor_(most_starts(limits, uncounted), limits.per_server), knocks_(executor),
      alarm_(executor, [this] { settle(); })
{}

void Starts::set_limits(const StartLimits& limits)
{
    governor_.set_limits(most_starts(limits, std::thread::hardware_concurrency()), limits.per_server);
    settle();
}

void Starts::settle()
{
    const Time now = Clock::now();
    for (const StartGovernor::Member number : governor_.grant(now)) {
        if (const auto second = beside_.find(number); second != beside_.end()) {
            second->second->has_come_ = true;
            second->second->on_change_();
            continue;
        }
        Member& member = *members_.at(number);
        member.has_come_ = true;
        member.on_change_();
    }
    const Time next = governor_.next_change(now);
    if (next != never)
        alarm_.set(std::max(next, now));
    else if (alarm_is_set_)
        alarm_.cancel();
    alarm_is_set_ = next != never;
}

/// Who waits for its server, or for the same log-in, need not wait any longer.
void Starts::has_logged_in(const Member& member)
{
    for (Member* const other : waiting_) {
        if (other == &member)
            continue;
        if (other->on_open_ && governor_.have_same_server(other->number_, member.number_))
            std::exchange(other->on_open_, nullptr)();
        if (other->on_login_ && governor_.have_same_login(other->number_, member.number_))
            std::exchange(other->on_login_, nullptr)();
    }
}

void Starts::quiet_knocks()
{
    for (Member* const member : waiting_)
        if (member->knock_)
            member->knock_->set_quiet(governor_.server_is_up(member->number_));
}

std::string Starts::name_of(StartGovernor::Member number) const
{
    const auto found = members_.find(number);
    return found == members_.end() ? "" : found->second->name_;
}

Starts::Member::Member(Starts& starts, std::string name, std::function<void()> on_change)
    : starts_(starts), name_(std::move(name)), on_change_(std::move(on_change)),
      number_(starts.governor_.join())
{
    starts_.members_.emplace(number_, this);
}

void Starts::Member::leave()
{
    if (std::exchange(has_left_, true))
        return;
    stop_waiting();
    note_up(false);
    starts_.members_.erase(number_);
    starts_.governor_.leave(number_);
    starts_.quiet_knocks();
    starts_.settle();
}

void Starts::Member::ask(const StartRequest& request)
{
    has_come_ = false;
    server_ = request.server;
    starts_.governor_.ask(number_, request, Clock::now());
    starts_.settle();
}

void Starts::Member::withdraw()
{
    has_come_ = false;
    starts_.governor_.withdraw(number_);
    starts_.settle();
}

StartHold Starts::Member::hold() const
{
    return starts_.governor_.hold(number_, Clock::now());
}

std::string Starts::Member::hold_in_words(const StartHold& hold) const
{
    return in_words(hold, server_, starts_.name_of(hold.whom), Clock::now());
}

void Starts::Member::logged_in()
{
    if (std::exchange(is_logged_in_, true))
        return;
    starts_.governor_.logged_in(number_);
    starts_.has_logged_in(*this);
    starts_.quiet_knocks();
    starts_.settle();
}

void Starts::Member::ended(StartOutcome outcome)
{
    has_come_ = false;
    note_up(false);
    const bool was_logged_in = std::exchange(is_logged_in_, false);
    starts_.governor_.ended(number_, outcome, Clock::now());
    if (was_logged_in)
        starts_.quiet_knocks();
    starts_.settle();
}

void Starts::Member::note_up(bool is_up)
{
    if (std::exchange(is_up_, is_up) == is_up || name_.empty())
        return;
    std::size_t& count = starts_.up_[name_];
    count = is_up ? count + 1 : count - 1;
    if (count == 0)
        starts_.up_.erase(name_);
    for (Member* const other : starts_.waiting_)
        if (other->awaited_ == name_)
            other->on_change_();
}

std::string Starts::Member::first_down(const std::vector<std::string>& names)
{
    const auto is_down = [&](const std::string& name) { return !starts_.up_.contains(name); };
    const auto found = std::ranges::find_if(names, is_down);
    awaited_ = found == names.end() ? "" : *found;
    note_wait();
    return awaited_;
}

void Starts::Member::knock(const std::optional<Destination>& server, Time since,
                           std::function<void()> on_open)
{
    on_open_ = std::move(on_open);
    if (server) {
        knock_.reset();
        knock_ = std::make_unique<Knocks::Wait>(starts_.knocks_, server->host, server->port, since,
                                                starts_.governor_.server_is_up(number_), [this] {
                                                    starts_.governor_.answered(number_, Clock::now());
                                                    if (on_open_)
                                                        std::exchange(on_open_, nullptr)();
                                                    starts_.settle();
                                                });
    }
    note_wait();
}

void Starts::Member::wait_for_login(std::function<void()> on_login)
{
    on_login_ = std::move(on_login);
    note_wait();
}

void Starts::Member::stop_waiting()
{
    knock_.reset();
    on_open_ = nullptr;
    on_login_ = nullptr;
    note_wait();
}

void Starts::Member::knock_while_held(const std::optional<Destination>& server)
{
    const auto since = starts_.governor_.may_knock_since(number_);
    if (!since || !server)
        knock_.reset();
    else if (!knock_ || knock_->was_told())
        knock(server, *since, nullptr);
    note_wait();
}

/// In the order in which they have joined.
void Starts::Member::note_wait()
{
    const bool waits = !has_left_ && (knock_ || on_open_ || on_login_ || !awaited_.empty());
    if (std::exchange(waits_, waits) == waits)
        return;
    std::vector<Member*>& waiting = starts_.waiting_;
    const auto place = std::ranges::lower_bound(waiting, number_, {}, &Member::number_);
    if (waits)
        waiting.insert(place, this);
    else
        waiting.erase(place);
}

}  // namespace autossh
