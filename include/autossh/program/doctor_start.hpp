// autossh --doctor: hands over to autosshctl, which can examine a command line.
#pragma once

#include "autossh/base/signals.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// What autosshctl is to be called with, behind its name: `--doctor WORDS` is `doctor -- autossh WORDS`, and
/// --json and --login in front of the words are autosshctl's. Nothing: --doctor is not the first of
/// `arguments`. Pure.
std::optional<std::vector<std::string>> words_for_doctor(std::span<const std::string> arguments);

/// The program autosshctl beside `own_program`, or else the one that `find` has; empty: there is none.
std::string control_program(const std::string& own_program,
                            const std::function<std::string(const std::string& name)>& find);

/// autosshctl takes our place. Nothing: something else is asked for. An exit status: it is not there, which
/// has been told.
std::optional<int> doctor_if_asked(std::span<const std::string> arguments, const InheritedSignals& inherited);

}  // namespace autossh
