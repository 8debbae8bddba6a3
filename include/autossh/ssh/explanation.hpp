// From a message of ssh's to the cause and the remedy that a person is told. Pure.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/ssh/cause.hpp"

namespace autossh {

/// The failure that `reason` tells of, with its cause and remedy as exactly as they are known. What is wrong
/// is its `subject`, as the row of ssh's message has it.
Failure explained(const SshMessage& reason, const SshCircumstances& known, const KeyCircumstances& keys);

/// Of a session whose command has ended with a status of its own. `shell`: it was none, but a shell.
Failure explained_end_of_session(const SshCircumstances& known, bool shell);

}  // namespace autossh
