#include "autossh/program/ledger_keeper.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

LedgerKeeper::LedgerKeeper(const Executor& executor, Log& log, std::function<void()> look_again)
    : executor_(executor), log_(log), look_again_(std::move(look_again)),
      alarm_(executor, [this] { look_at_all(); }), outages_(most_outages)
{}

LedgerKeeper::~LedgerKeeper()
{
    if (!writer_)
        return;
    if (const std::size_t left = writer_->finish(); left > 0)
        log_.error("{} entries of the ledger could not be written", left);
}

BothClocks LedgerKeeper::both_clocks()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

LedgerKeeper::Book& LedgerKeeper::book_of(const std::string& tunnel)
{
    return books_.try_emplace(tunnel, tunnel).first->second;
}

void LedgerKeeper::write(const TunnelBook::Entries& entries)
{
    for (const LedgerEntry& entry : entries) {
        outages_.take(entry);
        if (writer_)
            put(entry);
        else if (loading_)
            keep(entry);
        if (on_entry_)
            on_entry_(entry);
    }
}

void LedgerKeeper::set_alarm(const Book& its)
{
    const auto due = its.book.due();
    if (due && *due < alarm_at_)
        alarm_.set(alarm_at_ = *due);
}

void LedgerKeeper::look_at_all()
{
    alarm_at_ = never;
    look_again_();
    for (const auto& [name, its] : books_)
        set_alarm(its);
}

void LedgerKeeper::see(const std::string& tunnel, const SeenTunnel& seen)
{
    if (has_ended_)
        return;
    const BothClocks now = both_clocks();
    choose_file(now);
    Book& its = book_of(tunnel);
    its.is_ours = true;
    write(its.book.see(seen, now, last_number_));
    set_alarm(its);
}

void LedgerKeeper::want(const std::string& tunnel, const std::string& by)
{
    if (has_ended_)
        return;
    const BothClocks now = both_clocks();
    choose_file(now);
    Book& its = book_of(tunnel);
    its.is_ours = true;
    write(its.book.want(by, now));
    set_alarm(its);
}

void LedgerKeeper::unwant(const std::string& tunnel, const std::string& by)
{
    if (has_ended_)
        return;
    const BothClocks now = both_clocks();
    choose_file(now);
    write(book_of(tunnel).book.unwant(by, now));
}

void LedgerKeeper::end()
{
    if (std::exchange(has_ended_, true))
        return;
    alarm_.cancel();
    if (std::exchange(loading_, nullptr)) {  // they have no numbers yet
        if (const std::uint64_t left = kept_.size() + lost_; left > 0)
            log_.error("{} entries of the ledger could not be written", left);
        return;
    }
    const BothClocks now = both_clocks();
    choose_file(now);
    for (auto& [name, its] : books_)
        write(its.book.end(now));
    write({{.at = now.wall, .event = LedgerEvent::daemon_stop, .lived = now.time - begin_}});
}

void LedgerKeeper::fill(TunnelFacts& facts) const
{
    if (is_being_read())  // counters that begin anew would be counted twice
        return;
    const BothClocks now = both_clocks();
    const auto found = books_.find(facts.name);
    const TunnelSums sums = found == books_.end() ? TunnelSums() : found->second.book.sums(now);
    facts.availability = sums.availability(now.wall);
    facts.totals = sums.totals();
}

OutagesFacts LedgerKeeper::outages(const OutagesQuestion& question,
                                   const std::vector<std::string>& tunnels) const
{
    const BothClocks now = both_clocks();
    std::map<std::string, TunnelSums, std::less<>> sums;
    for (const std::string& tunnel : tunnels) {
        const auto found = books_.find(tunnel);
        sums[tunnel] = found == books_.end() ? TunnelSums() : found->second.book.sums(now);
    }
    OutagesFacts facts = outages_facts(question, tunnels, sums, outages_, now.wall);
    for (OutageFacts& outage : facts.outages)
        if (const auto found = books_.find(outage.tunnel); outage.end.empty() && found != books_.end())
            outage.lasted = found->second.book.length(now);
    facts.directory = directory_;
    facts.is_being_read = is_being_read();
    facts.is_cut = facts.is_cut || facts.is_being_read;  // the files have them
    return facts;
}

}  // namespace autossh
