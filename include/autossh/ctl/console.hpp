// Standard output and the person at the terminal.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/ctl/option_values.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// On standard output, however long the reader takes. Throws std::system_error where it cannot be written.
void print_all(std::string_view text);

/// "autosshctl: TEXT" on standard error, in one line that is fit for the screen.
void complain(std::string_view text);

/// Several lines on standard error, fit for the screen, as they are.
void complain_lines(std::string_view text);

/// Of the terminal that standard output is; 0: it is none.
std::size_t screen_columns();

/// NO_COLOR and TERM have a say where nobody has said it.
bool wants_colour(ColourWhen when, const Environment& environment);

/// Standard input is a terminal.
bool person_is_there();

/// Asks on standard error, and reads a line from standard input. Nothing: its end.
std::optional<std::string> answer_to(std::string_view question);

}  // namespace autossh
