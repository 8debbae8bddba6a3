// The part of LedgerKeeper that reads files and writes them.
#include "autossh/ledger/files.hpp"
#include "autossh/ledger/replay.hpp"
#include "autossh/program/ledger_keeper.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <boost/asio/post.hpp>
#include <sys/stat.h>

namespace autossh {

namespace {

/// What the sums need, and an outage that began before.
constexpr auto read_again = std::chrono::hours(24 * 62);

/// Longer than a tenth of a second is no time to wait at the start of a tunnel.
constexpr std::uint64_t read_at_once = 1'000'000;

/// A month that has more is kept in parts, so that the oldest of them can go.
constexpr std::uint64_t parts_of_all = 4;

std::uint64_t size_of_file(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

/// autossh-fleet(5), "The ledger". The file of the month that was written last is never left for an older
/// one: a clock that is put back must not make it one of those that go first.
void LedgerKeeper::keep_in(LedgerPlace place, std::uint64_t most_bytes,
                           const std::vector<std::string>& tunnels)
{
    directory_ = place.directory();
    most_bytes_ = most_bytes;
    start_ = std::chrono::system_clock::now();
    place_.emplace(std::move(place));
    for (const std::string& tunnel : tunnels)
        book_of(tunnel).is_ours = true;
    const WallTime from = start_ - read_again;
    const std::uint64_t size = size_to_read(directory_, from);
    if (size <= read_at_once) {
        LedgerLoading::Result read{LedgerReplay(most_outages), {}};
        read.reading =
            read_ledger(directory_, from, [&](const LedgerEntry& entry) { read.replay.take(entry); });
        return begin_files(std::move(read));
    }
    place_->tell_pid();
    log_.info("the ledger is being read: {} MB", size / 1'000'000);
    loading_ = std::make_unique<LedgerLoading>(
        directory_, from, most_outages,
        [executor = executor_, end = lifetime_.guarded([this](LedgerLoading::Result read) {
            if (!loading_)
                return;
            loading_.reset();
            begin_files(std::move(read));
            log_.info("the ledger has been read");
            look_at_all();  // what is known of each has changed
        })](LedgerLoading::Result read) {
            auto kept = std::make_shared<LedgerLoading::Result>(std::move(read));
            boost::asio::post(executor, [end, kept]() mutable { end(std::move(*kept)); });
        });
}

void LedgerKeeper::begin_files(LedgerLoading::Result read)
{
    const BothClocks now = both_clocks();
    LedgerPlace place = *std::exchange(place_, std::nullopt);
    LedgerReplay& replay = read.replay;
    for (const std::string& error : read.reading.errors)
        log_.write(Level::warning, "the ledger cannot be read: {}", error);
    if (read.reading.unreadable > 0)
        log_.write(Level::warning, "lines of the ledger cannot be read, and are passed over: {}",
                   read.reading.unreadable);
    LedgerEntry start{.at = start_, .event = LedgerEvent::daemon_start};
    if (replay.is_open()) {
        start.last_seen = std::max(place.last_seen().value_or(replay.last_time()), replay.last_time());
        start.lived = place.lived();
    }
    replay.take(start);
    const auto& sums = replay.sums();
    for (const auto& [name, its] : sums)
        book_of(name);
    for (auto& [name, its] : books_) {
        const auto found = sums.find(name);
        its.book.go_on_from(found == sums.end() ? TunnelSums() : found->second, replay.last_number());
    }
    last_number_ += replay.last_number();
    outages_ = std::move(replay.outages());
    for (LedgerEntry& entry : kept_) {
        if (entry.number != 0)
            entry.number += replay.last_number();
        outages_.take(entry);
    }

    writer_ = std::make_unique<LedgerWriter>(
        std::move(place), most_bytes_,
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
    const std::uint64_t lost = put_kept();
    if (in_file_ == 0 || lost > 0)  // the sums have what is lost
        tell_totals(now);
}

void LedgerKeeper::keep(const LedgerEntry& entry)
{
    kept_.push_back(entry);
    if (kept_.size() <= most_kept)
        return;
    kept_.pop_front();
    ++lost_;
}

/// Returns how many were too many.
std::uint64_t LedgerKeeper::put_kept()
{
    for (const LedgerEntry& entry : std::exchange(kept_, {}))
        put(entry);
    if (lost_ > 0)
        log_.write(Level::warning, "the ledger took long to be read: {} entries are lost", lost_);
    return std::exchange(lost_, 0);
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

}  // namespace autossh
