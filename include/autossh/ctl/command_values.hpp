// Where the values of options belong that mean just themselves. Pure.
#pragma once

#include "autossh/ctl/command_line.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// `option`: its long name. Null: it takes no value, or one that has to be read.
std::string* text_for(std::string_view option, CtlCommand& command);

/// The same of one without a value.
bool* flag_for(std::string_view option, CtlCommand& command);

}  // namespace autossh
