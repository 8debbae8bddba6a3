// Small things about text that several files need.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// ASCII letters in lower case, whatever the locale.
std::string lower_case(std::string_view text);

/// Those that are not empty, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// What stands between spaces, tabs and the ends of lines.
std::vector<std::string> words_of(std::string_view text);

/// The words as a line that a shell takes apart into the same words.
std::string shell_quoted(std::span<const std::string> words);

}  // namespace autossh
