// Gathers what --explain prints.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"

#include <string>

namespace autossh {

/// Asks ssh what it would do, and starts nothing else. Notes in `settings` what kind of ssh it is. Throws
/// ConfigError where a tunnel with these settings would not be started.
std::string explanation(Settings& settings, const InheritedSignals& inherited, Log& log);

}  // namespace autossh
