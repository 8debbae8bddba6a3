#pragma once

#include <string>
#include <utility>
#include <vector>

/// What fake_ssh was started with.
namespace fake_ssh {

/// "name value" in this order: parent, process_group, session, directory, umask, stdin, stdout, stderr
/// (what the descriptor refers to, or "closed"), descriptors (all open numbers), blocked, ignored
/// (signal names), and one "variable NAME=VALUE" for each variable of the environment.
using State = std::vector<std::pair<std::string, std::string>>;

State current_state();
void write_state(const State& state, const std::string& path);

}  // namespace fake_ssh
