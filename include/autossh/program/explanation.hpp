// Gathers what --explain prints.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/tunnel/prepare.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace autossh {

/// Asks ssh what it would do, and starts nothing else. Notes in `settings` what kind of ssh it is. Throws
/// ConfigError where a tunnel with these settings would not be started.
std::string explanation(Settings& settings, const InheritedSignals& inherited, Log& log);

/// The same of an ssh that is prepared, or runs; asks nobody. `config`: its answer, if it has given one.
/// `loop_port`: of the connection tests, on the server.
std::string explanation(const Settings& settings, const Prepared& prepared,
                        const std::optional<SshConfig>& config, std::uint16_t loop_port);

}  // namespace autossh
