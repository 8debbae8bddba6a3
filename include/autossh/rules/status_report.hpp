// The state of a tunnel for those who ask: a person, a service manager, a health check. Pure: the time is
// given.
#pragma once

#include "autossh/rules/state.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Manual, "--check". The value is the exit status.
enum class Health {
    up = 0,
    impaired = 1,  ///< degraded, suspect, or coming up
    down = 2,
};

/// A try that follows one in vain is down until it has come up: a server that is away all night does not
/// make the tunnel "coming up" all night.
Health health(const Status& status);

/// "up for 3 m 5 s; last test 23 ms", "waiting 8 s: connection refused by 192.0.2.1 port 22".
std::string in_words(const Status& status, Time now);

/// What a supervisor answers.
struct StatusReport {
    std::string name;  ///< of the tunnel
    pid_t pid = 0;     ///< of the supervisor
    Health health = Health::down;
    std::string words;

    bool operator==(const StatusReport&) const = default;
};

/// As lines of text, for a socket.
std::string to_text(const StatusReport& report);

/// Takes the first one off `text`. Nothing where that is not the whole of one. Lines that are not known are
/// passed over.
std::optional<StatusReport> take_status_report(std::string_view& text);

/// As take_status_report().
std::optional<StatusReport> status_report_from(std::string_view text);

}  // namespace autossh
