#pragma once

#include "differential/actions.hpp"

namespace autossh_test {

/// Runs every case with the reference and with ours, side by side, and checks that they agree.
/// Without the reference the cases are skipped by name.
void check_agreement(const std::string& group, const std::vector<Case>& cases);

/// Something to hold for an outcome: the answer says what is wrong, nothing is fine.
using Check = std::function<std::string(const Outcome&)>;
using Checks = std::vector<Check>;

/// Where ours differs on purpose.
struct Difference {
    Case situation;
    std::string reason;
    Checks reference;  ///< none: it is not run (it hangs, is slow, or does not have it)
    Checks ours;
};
void check_differences(const std::string& group, const std::vector<Difference>& differences);

Check ends(const std::string& how);            ///< "exit 1"
Check starts(std::vector<std::string> words);  ///< argv after ssh's path, of each start: "-N|host"
Check started(int times);
Check logged(const std::string& text);  ///< a line begins with it
Check not_logged(const std::string& text);
Check shown(const std::string& text);  ///< a line on stderr begins with it
Check not_shown(const std::string& text);
Check printed(const std::string& text);  ///< a line on stdout begins with it
Check noted(const std::string& text);
Check nothing_left();
Check left(int processes);
Check has_trouble();  ///< an event did not come

}  // namespace autossh_test
