// The signals that we touch, and the limit of open files, and what they were before: ssh gets them as autossh
// got them.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include <signal.h>
#include <sys/resource.h>

namespace autossh {

/// Signals that ask autossh for something (manual, "Signals"), and SIGCHLD.
inline constexpr std::array handled_signals{SIGTERM, SIGINT,  SIGQUIT, SIGABRT, SIGUSR1,
                                            SIGHUP,  SIGUSR2, SIGCONT, SIGCHLD};

/// Signals that must not end autossh and mean nothing to it. (SIGXFSZ: a log file has reached its limit.)
inline constexpr std::array ignored_signals{SIGPIPE, SIGALRM, SIGXFSZ};

/// What autossh was started with. Made before any handler is set.
class InheritedSignals {
public:
    InheritedSignals();

    /// Ignores the ignored signals. SIGCHLD, ignored by our parent, would make children vanish
    /// without a status.
    void prepare() const;

    /// Makes the handled signals deliverable, now that they have handlers; but for a SIGUSR1 that has come by
    /// now.
    void deliver() const;

    /// Undoes prepare(), deliver() and all handlers. Safe between fork and exec.
    void restore() const;

    bool was_ignored(int signal) const;

    /// Raises how many descriptors we may have at once to what the system allows; restore() gives ssh the old
    /// number back. Returns how many it is now.
    std::size_t raise_open_files();

private:
    struct Disposition {
        int signal;
        struct sigaction action;
    };
    std::array<Disposition, handled_signals.size() + ignored_signals.size()> dispositions_{};
    sigset_t mask_{};
    std::optional<rlimit> open_files_;  ///< before it was raised
};

/// Keeps back, until they are handled, the signals that would end us and are not meant to: asking `ssh -V`
/// takes a while. SIGINT too if it was ignored, when it would be lost.
class SignalsHeld {
public:
    explicit SignalsHeld(const InheritedSignals& inherited);
    /// For who does not come to handle them.
    void let_go() const;

private:
    sigset_t before_{};
};

/// Blocks the handled signals from its destruction on: one that arrives while we are ending, when the
/// handlers are gone, must not cost the exit status.
class SignalsBlockedAtEnd {
public:
    SignalsBlockedAtEnd() = default;
    ~SignalsBlockedAtEnd();
    SignalsBlockedAtEnd(const SignalsBlockedAtEnd&) = delete;
    SignalsBlockedAtEnd& operator=(const SignalsBlockedAtEnd&) = delete;
};

/// Blocks every signal of this thread for its life, so that a fork cannot run our handlers in the child, and
/// a thread that is started then has none of them.
class SignalsBlocked {
public:
    SignalsBlocked();
    ~SignalsBlocked();
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace autossh
