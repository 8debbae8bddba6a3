// The ledger of a process: the book of each tunnel, and what is told of them.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/control/outages.hpp"
#include "autossh/ledger/book.hpp"
#include "autossh/ledger/outage_list.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace autossh {

class LedgerKeeper {
public:
    /// `look_again` is called when see() would have more to say of some tunnels, though nothing has changed.
    LedgerKeeper(const Executor& executor, std::function<void()> look_again);

    /// As the tunnel is now.
    void see(const std::string& tunnel, const SeenTunnel& seen);
    /// Who wants it from now on, or not any more.
    void want(const std::string& tunnel, const std::string& by);
    void unwant(const std::string& tunnel, const std::string& by);
    /// The process is about to end its tunnels: from now on nothing is seen.
    void end();

    /// Sets its availability and totals.
    void fill(TunnelFacts& facts) const;

private:
    void write(const TunnelBook::Entries& entries);
    TunnelBook& book_of(const std::string& tunnel);
    void set_alarm(const TunnelBook& book);
    void look_at_all();

    std::function<void()> look_again_;
    Alarm alarm_;
    Time alarm_at_ = never;
    std::map<std::string, TunnelBook, std::less<>> books_;
    OutageList outages_;
    std::uint64_t last_number_ = 0;
    bool has_ended_ = false;
};

}  // namespace autossh
