// The rules of the manual: what follows the end of an ssh, and how long to wait before the next. Values in,
// values out; no clock, process or socket.
#pragma once

#include "autossh/exit_status.hpp"
#include "autossh/settings.hpp"

#include <optional>
#include <string>
#include <system_error>

namespace autossh {

enum class Verdict {
    restart,
    succeeded,  ///< end with exit status 0
    failed,     ///< give up: exit status 1
    stopped,    ///< somebody asked us to end
};

/// What follows, and the line that says so in the log (empty: nothing is said).
struct Ruling {
    Verdict verdict = Verdict::failed;
    Level level = Level::info;
    std::string line;
    std::string cause;  ///< for the states, in words; empty: what ssh has said is the cause
};

/// The ssh that has ended.
struct Attempt {
    bool first;              ///< the first start since autossh began
    Duration lasted;         ///< from its start to its end
    bool by_person = false;  ///< ended at its terminal (~.), as far as that can be known
};

/// Manual, "Exit of ssh" and "Gate time".
Ruling judge(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings);

/// Manual, "Backoff". Counts starts that came in quick succession.
class Backoff {
public:
    explicit Backoff(Duration poll) : poll_(poll) {}

    /// How long to wait before the next start. `since_last_start`: nothing before the first.
    Duration before_start(std::optional<Duration> since_last_start);

    /// How many starts in a row came too soon after the one before.
    long tries() const { return tries_; }

private:
    Duration poll_;
    long tries_ = 0;
};

/// Whether starting ssh failed for want of something that comes back: processes, memory, descriptors.
bool passes_by_itself(const std::error_code& error);

}  // namespace autossh
