// ssh's command line: the user's words, and where among them what is added stands. Pure.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/ssh/plan.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// What is different from start to start.
struct StartTerms {
    int for_greeting = 1;  ///< how many times as long as usual the server may take for its first line,
    int for_answers = 1;   ///< and for each answer of a log-in
    bool has_control_line = true;  ///< if it is among the additions, its socket can be made
    /// ExitOnForwardFailure is carried out by us, as a dead session of ours may hold a port.
    bool we_end_ssh = false;
};

/// The words of those that must win, or of the others.
std::vector<std::string> words_for_ssh(std::span<const Addition> added, const StartTerms& terms,
                                       bool must_win);

/// Manual, "How ssh is started": what is executed. `ssh`: the user's words; `loop`: the forwardings of
/// -M auto. Both they and what is added stand directly before the destination, so that who looks for a
/// process by the user's options finds it; what must win over these stands before them.
Command command_for(const Command& ssh, const SshPlan& plan, const std::vector<std::string>& loop,
                    const StartTerms& terms = {});

}  // namespace autossh
