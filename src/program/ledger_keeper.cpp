#include "autossh/program/ledger_keeper.hpp"

#include <utility>

namespace autossh {

namespace {

/// In memory, of all tunnels together: what is asked for most. The files have all.
constexpr std::size_t most_outages = 1000;

BothClocks both_clocks()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

}  // namespace

LedgerKeeper::LedgerKeeper(const Executor& executor, std::function<void()> look_again)
    : look_again_(std::move(look_again)), alarm_(executor, [this] { look_at_all(); }), outages_(most_outages)
{}

TunnelBook& LedgerKeeper::book_of(const std::string& tunnel)
{
    return books_.try_emplace(tunnel, tunnel).first->second;
}

void LedgerKeeper::write(const TunnelBook::Entries& entries)
{
    for (const LedgerEntry& entry : entries)
        outages_.take(entry);
}

void LedgerKeeper::set_alarm(const TunnelBook& book)
{
    const auto due = book.due();
    if (due && *due < alarm_at_)
        alarm_.set(alarm_at_ = *due);
}

void LedgerKeeper::look_at_all()
{
    alarm_at_ = never;
    look_again_();
    for (const auto& [name, book] : books_)
        set_alarm(book);
}

void LedgerKeeper::see(const std::string& tunnel, const SeenTunnel& seen)
{
    if (has_ended_)
        return;
    TunnelBook& book = book_of(tunnel);
    write(book.see(seen, both_clocks(), last_number_));
    set_alarm(book);
}

void LedgerKeeper::want(const std::string& tunnel, const std::string& by)
{
    if (has_ended_)
        return;
    TunnelBook& book = book_of(tunnel);
    write(book.want(by, both_clocks()));
    set_alarm(book);
}

void LedgerKeeper::unwant(const std::string& tunnel, const std::string& by)
{
    if (!has_ended_)
        write(book_of(tunnel).unwant(by, both_clocks()));
}

void LedgerKeeper::end()
{
    if (std::exchange(has_ended_, true))
        return;
    alarm_.cancel();
    const BothClocks now = both_clocks();
    for (auto& [name, book] : books_)
        book.end(now);
}

void LedgerKeeper::fill(TunnelFacts& facts) const
{
    const BothClocks now = both_clocks();
    const auto found = books_.find(facts.name);
    const TunnelSums sums = found == books_.end() ? TunnelSums() : found->second.sums(now);
    facts.availability = sums.availability(now.wall);
    facts.totals = sums.totals();
}

}  // namespace autossh
