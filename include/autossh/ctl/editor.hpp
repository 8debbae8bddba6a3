// The person's editor.
#pragma once

#include "autossh/base/environment.hpp"

#include <string>

namespace autossh {

/// Has $VISUAL, $EDITOR, editor or vi edit the file, and waits for its end. Returns what has failed; empty:
/// nothing.
std::string run_editor(const std::string& file, const Environment& environment);

}  // namespace autossh
