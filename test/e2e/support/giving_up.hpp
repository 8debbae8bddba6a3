#pragma once

#include "e2e/support/autossh.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// -M 0 -N and these.
std::vector<std::string> tunnel(const std::vector<std::string>& options);

/// Everything ends as the manual says when the first ssh fails within the gate time: the log has the line
/// "gave up", standard error has what ssh alone would write there and that line, and autossh exits 1.
struct GivingUp {
    /// Lets it happen. `wrapper`: the words of a program that runs both, before theirs.
    GivingUp(const Sshd& sshd, const std::vector<std::string>& options,
             const std::vector<std::string>& wrapper = {}, const Environment& changes = {});

    bool as_it_must_be() const;
    /// Every line of ssh's stands in the log with its pid.
    bool words_are_logged() const;

    std::string cause;      ///< as logged, without the time
    std::string errors;     ///< autossh's standard error
    std::string ssh_alone;  ///< that of ssh with the same words
    LogFile log;
    std::optional<ExitResult> exit;
};

/// Behind the last `begin` in the log, to the end of that line. Empty: there is none.
std::string line_after(const LogFile& log, const std::string& begin);

/// Of a line "VERB after TIME: CAUSE", the last with that verb.
std::string cause_after(const LogFile& log, const std::string& verb);

}  // namespace autossh_test
