// The directory of a ledger, which one process has at a time.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/control/facts.hpp"

#include <optional>
#include <string>

namespace autossh {

/// Where a fleet of this name keeps its state by default: below $STATE_DIRECTORY of systemd,
/// $XDG_STATE_HOME/autossh or
/// ~/.local/state/autossh. Empty: none of these is known. Pure.
std::string default_state_directory(const Environment& environment, const std::string& fleet);

/// STATE/ledger
std::string ledger_directory(const std::string& state);

class LedgerPlace {
public:
    /// Makes STATE/ledger with all above it, and takes its lock. Throws ConfigError, with the reason: that
    /// cannot be, somebody else could write there, or another process has it.
    explicit LedgerPlace(const std::string& state);

    const std::string& directory() const { return directory_; }
    /// When the process that had it before has last shown that it lived. Nothing: there was none.
    const std::optional<WallTime>& last_seen() const { return last_seen_; }

    /// So long it had lived by then, by a clock that nobody can set.
    const std::optional<Seconds>& lived() const { return lived_; }

    /// Writes our pid, for who finds the lock taken, and leaves there what the process before has shown:
    /// until the ledger is read, that is when its last entries were over.
    void tell_pid() const;
    /// The same, and shows that we live.
    void take_over() const;
    /// Shows that we live, and how long we have.
    void touch() const;

private:
    std::string directory_;
    UniqueFd alive_;
    std::optional<WallTime> last_seen_;
    std::optional<Seconds> lived_;
    Time begin_ = Clock::now();
};

/// The process that keeps it lives. `last_seen`, `lived`: as above.
struct LedgerHolder {
    bool lives = false;
    std::optional<WallTime> last_seen = {};
    std::optional<Seconds> lived = {};
};
LedgerHolder holder_of_ledger(const std::string& directory);

}  // namespace autossh
