// Small things about text that several files need.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// What separates words, and ends lines.
inline constexpr std::string_view white_space = " \t\r\n";

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

/// A character of UTF-8 that is a control of ASCII or of Latin 1.
bool is_control_character(std::string_view character);

/// With \xNN in place of each byte that is not UTF-8, or of a character that `shows` says false of.
std::string with_escapes(std::string_view text, const std::function<bool(std::string_view)>& shows);

/// For the log: bytes from a stranger must not forge lines or colour a terminal.
std::string printable(std::string_view bytes);

/// `text`, or its first `length` bytes and "...".
std::string shortened(std::string text, std::size_t length);

/// The longest text that goes into a cause, in bytes.
inline constexpr std::size_t longest_text = 200;

/// Fit for a cause: without control characters, and not longer than longest_text.
std::string one_line(std::string_view text);

/// A line without the CR and LF at its end.
std::string_view without_end(std::string_view raw_line);

/// What stands between the two; nothing where they are not both there.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after);

/// The words as a line that a shell takes apart into the same words.
std::string shell_quoted(std::span<const std::string> words);

}  // namespace autossh
