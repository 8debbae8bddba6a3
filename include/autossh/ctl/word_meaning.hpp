// Which command and which option a word of autosshctl is. Each throws UsageError, with what may be meant.
// Pure.
#pragma once

#include "autossh/ctl/options.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// "status"; "help", too.
CtlVerb verb_of(const std::string& word);

/// `name`: without dashes.
const CtlOption& long_option(std::string_view name);

const CtlOption& short_option(char letter);

}  // namespace autossh
