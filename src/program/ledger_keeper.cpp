#include "autossh/program/ledger_keeper.hpp"

#include "autossh/ledger/files.hpp"
#include "autossh/ledger/replay.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <sys/stat.h>

namespace autossh {

namespace {

/// In memory, of all tunnels together: what is asked for most. The files have all.
constexpr std::size_t most_outages = 1000;

/// What the sums need, and an outage that began before.
constexpr auto read_again = std::chrono::hours(24 * 62);

/// A month that has more is kept in parts, so that the oldest of them can go.
constexpr std::uint64_t parts_of_all = 4;

BothClocks both_clocks()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

std::uint64_t size_of_file(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

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

/// autossh-fleet(5), "The ledger". The file of the month that was written last is never left for an older
/// one: a clock that is put back must not make it one of those that go first.
void LedgerKeeper::keep_in(LedgerPlace place, std::uint64_t most_bytes,
                           const std::vector<std::string>& tunnels)
{
    const BothClocks now = both_clocks();
    directory_ = place.directory();
    most_bytes_ = most_bytes;
    LedgerReplay replay(most_outages);
    const LedgerReading reading =
        read_ledger(directory_, now.wall - read_again, [&](const LedgerEntry& entry) { replay.take(entry); });
    for (const std::string& error : reading.errors)
        log_.write(Level::warning, "the ledger cannot be read: {}", error);
    if (reading.unreadable > 0)
        log_.write(Level::warning, "lines of the ledger cannot be read, and are passed over: {}",
                   reading.unreadable);
    LedgerEntry start{.at = now.wall, .event = LedgerEvent::daemon_start};
    if (replay.is_open()) {
        start.last_seen = std::max(place.last_seen().value_or(replay.last_time()), replay.last_time());
        start.lived = place.lived();
    }
    replay.take(start);
    for (const auto& [name, sums] : replay.sums())
        book_of(name).book.set_sums(sums);
    for (const std::string& tunnel : tunnels)
        book_of(tunnel).is_ours = true;
    last_number_ = replay.last_number();
    outages_ = std::move(replay.outages());

    writer_ = std::make_unique<LedgerWriter>(
        std::move(place), most_bytes,
        [executor = executor_, tell = lifetime_.guarded([this](Level level, const std::string& text) {
            log_.write(level, "{}", text);
        })](Level level, const std::string& text) {
            boost::asio::post(executor, [tell, level, text]() mutable { tell(level, text); });
        });
    const std::vector<std::string> files = ledger_files(directory_);
    const bool has_file = !files.empty() && files.back().size() == month_file(now.wall).size();
    file_ = has_file ? std::max(files.back(), month_file(now.wall)) : month_file(now.wall);
    in_file_ = size_of_file(directory_ + "/" + file_);
    put(start);
    if (in_file_ == 0)
        tell_totals(now);
}

LedgerKeeper::Book& LedgerKeeper::book_of(const std::string& tunnel)
{
    return books_.try_emplace(tunnel, tunnel).first->second;
}

void LedgerKeeper::put(const LedgerEntry& entry)
{
    std::string line = to_line(entry);
    in_file_ += line.size();
    writer_->add(file_, std::move(line), std::exchange(is_new_part_, false));
}

/// So that nothing is lost with the files of before.
void LedgerKeeper::tell_totals(const BothClocks& now)
{
    for (const auto& [name, its] : books_)
        if (its.is_ours)
            put({.at = now.wall,
                 .event = LedgerEvent::totals,
                 .tunnel = name,
                 .lasted = its.book.length(now),
                 .totals = its.book.sums(now).totals(),
                 .state = its.book.state()});
}

/// Before something changes that is written there.
void LedgerKeeper::choose_file(const BothClocks& now)
{
    if (!writer_)
        return;
    const std::string next = std::max(file_, month_file(now.wall));
    const bool is_full = in_file_ > most_bytes_ / parts_of_all;
    if (next == file_ && !is_full)
        return;
    is_new_part_ = next == file_;
    file_ = next;
    in_file_ = 0;
    tell_totals(now);
}

void LedgerKeeper::write(const TunnelBook::Entries& entries)
{
    for (const LedgerEntry& entry : entries) {
        outages_.take(entry);
        if (writer_)
            put(entry);
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
    const BothClocks now = both_clocks();
    choose_file(now);
    for (auto& [name, its] : books_)
        write(its.book.end(now));
    write({{.at = now.wall, .event = LedgerEvent::daemon_stop, .lived = now.time - begin_}});
}

void LedgerKeeper::fill(TunnelFacts& facts) const
{
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
    return facts;
}

}  // namespace autossh
