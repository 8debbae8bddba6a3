// What the system shows of another process of our user's (Linux: proc(5)). Elsewhere nothing is known.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/doctor/patient.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// With argv[0]; none: it may not be seen.
std::vector<std::string> arguments_of(pid_t process);
/// None where it may not be seen.
Variables variables_of(pid_t process);
Variables our_variables();
/// Has it run with the variables of another process, and with those of the command, in the place of ours.
void give_environment(Command& command, const Variables& theirs);
/// `variables` must outlive it.
Environment looked_up_in(const Variables& variables);
/// Empty where it may not be seen.
std::string directory_of(pid_t process);
/// Those of our user.
std::vector<pid_t> own_processes();
/// `process` is `other`, or a descendant of it.
bool descends_from(pid_t process, pid_t other);

/// We work in another directory for its life; in ours where that one is empty or cannot be entered.
class WorkingDirectory {
public:
    explicit WorkingDirectory(const std::string& directory);
    ~WorkingDirectory();
    WorkingDirectory(const WorkingDirectory&) = delete;
    WorkingDirectory& operator=(const WorkingDirectory&) = delete;

private:
    int before_ = -1;
};

}  // namespace autossh
