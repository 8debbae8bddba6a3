// What somebody has meant who has mistyped a word. Pure.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace autossh {

/// The known word with the fewest letters to type, to delete or to change. Nothing: none is near enough to be
/// meant, which is more than two letters away and more than a third of them.
std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known);

}  // namespace autossh
