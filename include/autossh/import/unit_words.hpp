// The words of a line of a systemd unit: systemd.service(5), "Command lines". Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// What the letters behind % stand for.
using UnitSpecifiers = std::map<char, std::string>;

/// The assignments of [Service], with lines that a backslash continues put together.
std::vector<std::pair<std::string, std::string>> service_settings(std::string_view text);

/// Words between blanks, with quotes and C's escapes. Nothing: a quote is left open.
std::optional<std::vector<std::string>> unit_words(std::string_view line);

/// `word` with its specifiers. `unknown` becomes the first that is not known: "%H".
std::string with_specifiers(std::string_view word, const UnitSpecifiers& specifiers, std::string& unknown);

/// The words with ${NAME} in them, and $NAME where it is a whole one, which becomes as many as its value has;
/// $$ is a dollar sign. What is not set is empty, as there.
std::vector<std::string>
with_unit_variables(std::span<const std::string> words,
                    const std::function<std::optional<std::string>(std::string_view name)>& lookup);

}  // namespace autossh
