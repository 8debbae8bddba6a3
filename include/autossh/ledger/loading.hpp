// Reads a ledger that is long in a thread of its own: a start must not wait for it.
#pragma once

#include "autossh/ledger/files.hpp"
#include "autossh/ledger/replay.hpp"

#include <functional>
#include <memory>
#include <string>

namespace autossh {

class LedgerLoading {
public:
    struct Result {
        LedgerReplay replay;
        LedgerReading reading;
    };

    /// As read_ledger(). `on_end` is called in that thread, unless this has gone by then.
    LedgerLoading(std::string directory, WallTime from, std::size_t most_outages,
                  std::function<void(Result)> on_end);
    /// Does not wait for the thread, which ends soon: a disk may never answer.
    ~LedgerLoading();
    LedgerLoading(const LedgerLoading&) = delete;
    LedgerLoading& operator=(const LedgerLoading&) = delete;

private:
    struct Work;
    std::shared_ptr<Work> work_;  ///< of both threads
};

}  // namespace autossh
