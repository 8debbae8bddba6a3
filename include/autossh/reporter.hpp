// Tells the log, and a person at the terminal, what happens to the tunnel; passes on what ssh says.
#pragma once

#include "autossh/descriptors.hpp"
#include "autossh/log.hpp"
#include "autossh/state.hpp"

#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Who looks at standard error.
enum class Audience {
    nobody,   ///< no terminal, or the log itself appears there
    session,  ///< a person at work on the server: only what concerns them
    tunnel,   ///< a person who watches a tunnel (-N): every state
};

class Reporter {
public:
    explicit Reporter(Log& log) : log_(log) {}

    void set_audience(Audience audience) { audience_ = audience; }

    /// A change of state, in words.
    void changed(State state, std::string_view line);

    /// Something worth knowing that changes no state.
    void remark(std::string_view line);

    /// What a person can do about the last change.
    void advise(std::string_view line);

    /// A line that ssh would have shown itself, with its end: to stderr as it is, to the log with ssh's pid.
    void pass_on(pid_t ssh, std::string_view raw_line);

    /// The screen belongs to ssh from now on: what it will hold in the end, nobody knows.
    void ssh_started() { at_line_start_ = false; }

private:
    bool concerns(State state) const;

    Log& log_;
    Outlet stderr_{STDERR_FILENO};
    Audience audience_ = Audience::nobody;
    bool at_line_start_ = true;
};

}  // namespace autossh
