#include "autossh/rules/start_governor.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

void StartGovernor::set_limits(std::size_t most, std::size_t most_per_server)
{
    most_ = most;
    most_per_server_ = most_per_server;
}

StartGovernor::Member StartGovernor::join()
{
    entries_[++last_];
    return last_;
}

void StartGovernor::leave(Member member)
{
    Entry& entry = entries_.at(member);
    set_stage(entry, member, Stage::idle);
    detach(entry, member);
    entries_.erase(member);
}

void StartGovernor::ask(Member member, const StartRequest& request, Time now)
{
    Entry& entry = entries_.at(member);
    set_stage(entry, member, Stage::waits);
    attach(entry, request, member);
    entry.by_proxy = request.by_proxy;
    entry.login_is_seen = request.login_is_seen;
    entry.failures = request.failures;
    entry.priority = request.priority;
    entry.can_wait = request.can_wait;
    entry.down_since = request.down_since;
    if (request.is_asked_for)
        entry.asked_at = now;
    if (request.is_hoped_for)
        entry.hoped_at = now;
}

void StartGovernor::attach(Entry& entry, const StartRequest& request, Member member)
{
    StartServer* const server = request.server.empty() ? nullptr : &servers_[request.server];
    const Member whose = request.beside != 0 ? request.beside : member;
    const Account key{server, request.account != 0 ? request.account : whose};
    if (entry.server == server && (server == nullptr || entry.account_key == key))
        return;
    if (server != nullptr)
        ++(request.beside != 0 ? server->beside : server->members);  // before the old goes: maybe the same
    detach(entry, member);
    entry.beside = request.beside;
    entry.server = server;
    entry.account = server != nullptr ? &accounts_[key] : nullptr;
    entry.account_key = key;
    if (entry.account != nullptr)
        ++entry.account->members;
}

/// What was known of a server is forgotten with its last tunnel.
void StartGovernor::detach(Entry& entry, Member member)
{
    if (entry.account != nullptr) {
        if (entry.beside == 0)
            entry.account->left(member);
        if (--entry.account->members == 0)
            accounts_.erase(entry.account_key);
    }
    StartServer* const server = std::exchange(entry.server, nullptr);
    entry.account = nullptr;
    if (server == nullptr)
        return;
    --(entry.beside != 0 ? server->beside : server->members);
    if (server->members == 0 && server->beside == 0)
        std::erase_if(servers_, [&](const auto& named) { return &named.second == server; });
}

void StartGovernor::set_stage(Entry& entry, Member member, Stage stage)
{
    if (entry.stage == stage)
        return;
    if (entry.stage == Stage::waits)
        std::erase(waiting_, Known(member, &entry));
    if (entry.stage == Stage::starts)
        std::erase(starting_, Known(member, &entry));
    const auto count = [&](std::size_t change) {
        if (entry.server != nullptr)
            entry.server->up += change;
        if (entry.account != nullptr)
            entry.account->up += change;
    };
    if (entry.stage == Stage::up)
        count(static_cast<std::size_t>(-1));
    if (stage == Stage::up)
        count(1);
    if (stage == Stage::waits)
        waiting_.emplace_back(member, &entry);
    if (stage == Stage::starts)
        starting_.emplace_back(member, &entry);
    entry.stage = stage;
}

void StartGovernor::withdraw(Member member)
{
    Entry& entry = entries_.at(member);
    if (entry.stage != Stage::up)
        set_stage(entry, member, Stage::idle);
    if (entry.beside != 0)
        detach(entry, member);
}

StartGovernor::Rank StartGovernor::rank(Member member, const Entry& entry)
{
    return {entry.failures, entry.can_wait, -entry.priority, entry.down_since, member};
}

std::vector<StartGovernor::Known> StartGovernor::in_order() const
{
    std::vector<Known> waiting = waiting_;
    std::ranges::sort(waiting, {}, [](const Known& one) { return rank(one.first, *one.second); });
    return waiting;
}

std::vector<StartGovernor::Member> StartGovernor::grant(Time now)
{
    std::vector<Member> granted;
    forget_old_starts(now);
    Time first_end = never;
    const std::size_t taken = places_taken(now, first_end);
    if (waiting_.empty() || taken >= most_)
        return granted;
    for (const auto& [member, entry] : in_order()) {
        if (obstacle(member, *entry, now).until > now)
            continue;
        entry->is_doubtful = may_be_refused(*entry);
        entry->granted = now;
        set_stage(*entry, member, Stage::starts);
        granted.push_back(member);
        if (taken + granted.size() >= most_)  // of a thousand that wait the rest need not be looked at
            break;
    }
    return granted;
}

void StartGovernor::logged_in(Member member)
{
    Entry& entry = entries_.at(member);
    if (entry.stage == Stage::up)
        return;
    entry.was_refused = false;
    if (entry.server != nullptr)
        entry.server->logged_in();
    if (entry.account != nullptr)
        entry.account->logged_in();
    set_stage(entry, member, entry.beside != 0 ? Stage::idle : Stage::up);
    if (entry.beside != 0)
        detach(entry, member);
}

void StartGovernor::ended(Member member, StartOutcome outcome, Time now)
{
    Entry& entry = entries_.at(member);
    const bool was_starting = entry.stage == Stage::starts;
    set_stage(entry, member, Stage::idle);
    if (was_starting)
        take_outcome(entry, entry.beside != 0 ? entry.beside : member, outcome, now);
    if (entry.beside != 0)
        detach(entry, member);
}

void StartGovernor::take_outcome(Entry& entry, Member whose, StartOutcome outcome, Time now)
{
    const bool is_refused = outcome == StartOutcome::refused;
    entry.was_refused = entry.was_refused || is_refused;
    const bool tells = is_refused || outcome == StartOutcome::dropped || !entry.by_proxy;
    if (entry.server != nullptr && tells)
        entry.server->failed(whose, outcome, entry.granted, now);
    if (entry.account != nullptr && is_refused)
        entry.account->refused(entry.beside != 0 ? 0 : whose, now);  // a second one may not come again
}

void StartGovernor::answered(Member member, Time now)
{
    if (StartServer* const server = entries_.at(member).server)
        server->answered(now);
}

bool StartGovernor::have_same_server(Member one, Member other) const
{
    const StartServer* const server = entries_.at(one).server;
    return server != nullptr && server == entries_.at(other).server;
}

bool StartGovernor::have_same_login(Member one, Member other) const
{
    const StartAccount* const account = entries_.at(one).account;
    return account != nullptr && account == entries_.at(other).account;
}

bool StartGovernor::server_is_up(Member member) const
{
    const StartServer* const server = entries_.at(member).server;
    return server != nullptr && server->up > 0;
}

std::optional<Time> StartGovernor::may_knock_since(Member member) const
{
    const StartServer* const server = entries_.at(member).server;
    if (server == nullptr || server->members < 2 || !server->knocking_helps())
        return std::nullopt;
    return server->away_since();
}

}  // namespace autossh
