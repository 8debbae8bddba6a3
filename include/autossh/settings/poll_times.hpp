// What the poll times come to when everything that was given has been read.
#pragma once

#include "autossh/settings/settings.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

inline constexpr Duration default_poll = std::chrono::seconds(600);

/// Settles the poll times from what was given and lowers them to the lifetime. May be called again when more
/// has been given. Returns the lines to be logged about it.
std::vector<std::string> settle_poll_times(Settings& settings);

/// Lowers the net timeout to half the poll time. Returns the line to be logged about it, or nothing.
std::optional<std::string> settle_net_timeout(TunnelSettings& settings);

}  // namespace autossh
