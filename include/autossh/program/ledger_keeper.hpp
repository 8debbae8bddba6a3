// The ledger of a process: the book of each tunnel, what is told of them, and the files.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/log.hpp"
#include "autossh/control/outages.hpp"
#include "autossh/control/target.hpp"
#include "autossh/ledger/book.hpp"
#include "autossh/ledger/loading.hpp"
#include "autossh/ledger/outage_list.hpp"
#include "autossh/ledger/place.hpp"
#include "autossh/ledger/writer.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

class LedgerKeeper {
public:
    /// `look_again` is called when see() would have more to say of some tunnels, though nothing has changed.
    LedgerKeeper(const Executor& executor, Log& log, std::function<void()> look_again);
    ~LedgerKeeper();
    LedgerKeeper(const LedgerKeeper&) = delete;
    LedgerKeeper& operator=(const LedgerKeeper&) = delete;

    /// From now on in files, too, which have at most so many bytes: reads what is there. `tunnels`: those of
    /// the process. Where that takes long, it goes on beside the event loop: what is seen until it is read
    /// is told to who listens and written afterwards, and no sums are known.
    void keep_in(LedgerPlace place, std::uint64_t most_bytes, const std::vector<std::string>& tunnels);

    /// `on_entry` is called with each entry about a tunnel, whether there are files or not.
    void listen(std::function<void(const LedgerEntry&)> on_entry) { on_entry_ = std::move(on_entry); }

    /// As the tunnel is now.
    void see(const std::string& tunnel, const SeenTunnel& seen);
    /// Who wants it from now on, or not any more.
    void want(const std::string& tunnel, const std::string& by);
    void unwant(const std::string& tunnel, const std::string& by);
    /// The process is about to end its tunnels: from now on nothing is seen.
    void end();
    bool has_ended() const { return has_ended_; }

    /// Sets its availability and totals.
    void fill(TunnelFacts& facts) const;
    OutagesFacts outages(const OutagesQuestion& question, const std::vector<std::string>& tunnels) const;

private:
    struct Book {
        explicit Book(const std::string& name) : book(name) {}

        TunnelBook book;
        bool is_ours = false;  ///< of a tunnel of this process; else of one that the files have
    };

    /// In memory, of all tunnels together: what is asked for most. The files have all.
    static constexpr std::size_t most_outages = 1000;
    /// Of entries, while the ledger is read: some for each of a thousand tunnels.
    static constexpr std::size_t most_kept = 4096;

    static BothClocks both_clocks();
    /// Also of one that has ended before all was read: its sums are of no use until it is gone.
    bool is_being_read() const { return place_.has_value(); }
    void begin_files(LedgerLoading::Result read);
    Book& book_of(const std::string& tunnel);
    void write(const TunnelBook::Entries& entries);
    void keep(const LedgerEntry& entry);
    void put(const LedgerEntry& entry);
    std::uint64_t put_kept();
    void tell_totals(const BothClocks& now);
    void choose_file(const BothClocks& now);
    void set_alarm(const Book& book);
    void look_at_all();

    Executor executor_;
    Log& log_;
    std::function<void()> look_again_;
    std::function<void(const LedgerEntry&)> on_entry_;  ///< null: nobody listens
    Alarm alarm_;
    Time alarm_at_ = never;
    std::map<std::string, Book, std::less<>> books_;
    OutageList outages_;
    std::uint64_t last_number_ = 0;
    bool has_ended_ = false;
    Time begin_ = Clock::now();

    std::optional<LedgerPlace> place_;        ///< until that is read,
    std::unique_ptr<LedgerLoading> loading_;  ///< by this
    std::deque<LedgerEntry> kept_;            ///< and these wait for it: their numbers begin anew
    std::uint64_t lost_ = 0;                  ///< of these, the oldest
    WallTime start_ = {};                     ///< since when all is seen
    std::unique_ptr<LedgerWriter> writer_;    ///< null: no files, or not yet
    std::string directory_;
    std::uint64_t most_bytes_ = 0;
    std::string file_;           ///< that is written to,
    std::uint64_t in_file_ = 0;  ///< with so many bytes
    bool is_new_part_ = false;   ///< what is written next begins it anew
    Lifetime lifetime_;
};

}  // namespace autossh
