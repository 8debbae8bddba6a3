// The signals that autosshctl watch takes: a change of the terminal's size, and what ends or stops a program.
#pragma once

#include <optional>

namespace autossh {

/// One at a time.
class WatchSignals {
public:
    WatchSignals();
    /// From now on they do again what they did before.
    ~WatchSignals();
    WatchSignals(const WatchSignals&) = delete;
    WatchSignals& operator=(const WatchSignals&) = delete;

    /// Readable where one has come.
    int fd() const;
    /// The next one that has come: SIGWINCH, SIGCONT, SIGTSTP, SIGINT, SIGTERM, SIGHUP, SIGQUIT.
    std::optional<int> take();
    /// Stops the program, as SIGTSTP does by itself, until it is continued.
    static void stop_here();
};

/// Ends the program as the signal does by itself.
void die_of(int signal);

}  // namespace autossh
