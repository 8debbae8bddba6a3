// Asks the person at the terminal, as readpassphrase(3) does.
#pragma once

#include "autossh/system/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Asks on the controlling terminal and waits for a line; `hidden`: without echo. The terminal is as before
/// when this returns, and also when a signal ends or stops us meanwhile; after a stop it asks again. In the
/// background it waits, stopped, for the shell to give it the terminal.
///
/// Nothing: no terminal, its end (^D), a signal whose handler has returned, or a line that ssh could not take
/// (the person is informed). Throws std::system_error where there is no locked memory. Not for two threads at
/// a time.
std::optional<Secret> ask_on_terminal(std::string_view prompt, bool hidden);

/// `text` without what a terminal would act on: a server has a say in a prompt. Ends of lines and tabs stay,
/// other control characters and what is no UTF-8 are shown as \x1b.
std::string fit_for_terminal(std::string_view text);

}  // namespace autossh
