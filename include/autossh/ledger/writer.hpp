// Writes the ledger, in a thread of its own: a disk that is slow or full holds up no tunnel.
#pragma once

#include "autossh/base/log_settings.hpp"
#include "autossh/ledger/place.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace autossh {

class LedgerWriter {
public:
    /// `tell` is called in that thread with what has happened, for the log.
    LedgerWriter(LedgerPlace place, std::uint64_t most_bytes,
                 std::function<void(Level, const std::string&)> tell);
    ~LedgerWriter();
    LedgerWriter(const LedgerWriter&) = delete;
    LedgerWriter& operator=(const LedgerWriter&) = delete;

    /// A line with its end, for the file of that name. It is written at once, and on the disk within a
    /// second; where that cannot be, later. `is_new_part`: what has been written to that file becomes another
    /// one first.
    void add(const std::string& file, std::string line, bool is_new_part = false);

    /// Waits until all is written, but not for long; nothing is told any more. Returns how many lines are
    /// not.
    std::size_t finish();

private:
    class Work;
    std::shared_ptr<Work> work_;  ///< of both threads: a disk may never answer
};

}  // namespace autossh
