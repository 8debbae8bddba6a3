// Text from a daemon or a file as a person may see it, and how wide it is. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace autossh {

/// Without what a terminal or its reader could be deceived by: control characters (also ends of lines), what
/// changes the direction of writing, and what is no UTF-8 are shown as \x1b.
std::string fit_for_screen(std::string_view text);

/// The same of several lines: their ends, and tabs, stay.
std::string lines_fit_for_screen(std::string_view text);

/// In columns of a terminal: 0 for a mark that stands upon another character, 2 for a wide one. `text` is as
/// fit_for_screen() leaves it.
std::size_t screen_width(std::string_view text);

/// How many bytes of it fill at most so many columns. As screen_width().
std::size_t bytes_within(std::string_view text, std::size_t columns);

/// For a terminal that has no other characters: each is a question mark for each of its columns.
std::string in_ascii(std::string_view text);

/// `text`, or as much of it as `columns` hold with "..." behind it.
std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace autossh
