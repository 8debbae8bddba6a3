// The terminal that ssh may leave raw when it is killed.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"

#include <optional>
#include <utility>

#include <termios.h>

namespace autossh {

/// Whether nobody has changed a terminal's modes between the two. (A termios has padding, which no bytewise
/// comparison may look at.)
bool same_modes(const termios& one, const termios& other);

/// Standard input if that is a terminal (ssh makes that one raw), else the controlling terminal (ssh turns
/// its echo off to ask for a password). Does nothing where there is neither.
class Terminal {
public:
    Terminal();
    /// Where several ssh's run, it belongs to none of them.
    static Terminal none() { return Terminal(UniqueFd()); }

    /// Remembers its modes, before ssh can change them.
    void remember();

    /// Sets it back to the remembered modes. Not while another process group has it: the shell looks after it
    /// then.
    void restore() const;

    /// Whether something was typed there this short a time ago. Only on standard input, and only as exactly
    /// as the system notes the time of an input (Linux: within 8 s).
    bool typed_within(Duration time) const;

    /// Whether our process group has it.
    bool is_there() const { return static_cast<bool>(fd_); }
    bool in_foreground() const;

private:
    explicit Terminal(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
    std::optional<termios> modes_;
};

}  // namespace autossh
