// The keys of autosshctl watch, and what they are for. Pure.
#pragma once

#include "autossh/ctl/options.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// The key of an order or of something to look at: "x" is stop. Nothing: it is none.
std::optional<CtlVerb> verb_of_watch_key(std::string_view letter);

/// Lines that ? shows.
std::vector<std::string> watch_help(bool is_read_only);

/// The last line, while there is nothing else to be told.
std::string watch_hint(bool is_read_only);

}  // namespace autossh
