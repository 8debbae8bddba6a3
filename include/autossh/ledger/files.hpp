// The files of a ledger: DIRECTORY/2026-11.jsonl, one for each month, and parts of a month that has many
// entries.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/ledger/entry.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace autossh {

/// "2026-11.jsonl", in UTC.
std::string month_file(WallTime time);

/// What is in the directory, the oldest first: parts of a month ("2026-11.0001.jsonl") before its own file.
std::vector<std::string> ledger_files(const std::string& directory);

/// Of these, which have these sizes, the oldest that are too many: of more than 13 months, or of more than
/// `most_bytes` in all. Never the last one. Pure.
struct LedgerFile {
    std::string name;
    std::uint64_t size = 0;
};
struct ExcessFile {
    std::string name;
    bool is_old = false;  ///< of the 14th month; else there is too much in all

    bool operator==(const ExcessFile&) const = default;
};
std::vector<ExcessFile> excess_files(std::vector<LedgerFile> files, std::uint64_t most_bytes);

struct LedgerReading {
    std::uint64_t unreadable = 0;     ///< lines, which are passed over
    std::vector<std::string> errors;  ///< of files that cannot be read
};

/// Hands over each entry of the files from that one of `from` on, and of the newest one at least. `is_over`:
/// another thread may set it, and nobody wants the rest any more.
LedgerReading read_ledger(const std::string& directory, WallTime from,
                          const std::function<void(const LedgerEntry&)>& take,
                          const std::atomic<bool>* is_over = nullptr);
/// So many bytes that would read.
std::uint64_t size_to_read(const std::string& directory, WallTime from);

}  // namespace autossh
