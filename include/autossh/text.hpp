// Small things about text that several files need.
#pragma once

#include <cstddef>
#include <optional>
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

/// What is left without the blanks (isspace, in ASCII) at its two ends.
std::string_view without_blanks(std::string_view text);

/// The words that a shell makes of a line without its expansions: blanks separate, quotes and backslashes
/// protect. Nothing: a quote is left open, or nothing follows the last backslash.
std::optional<std::vector<std::string>> shell_words(std::string_view line);

/// How many bytes the first character of `text`, which is not empty, has; 0: they are not UTF-8.
std::size_t size_of_first_character(std::string_view text);

/// The words as a line that a shell takes apart into the same words.
std::string shell_quoted(std::span<const std::string> words);

}  // namespace autossh
