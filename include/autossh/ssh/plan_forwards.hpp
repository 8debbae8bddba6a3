// The part of the plan that is about the user's forwards. Pure.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/plan.hpp"

namespace autossh {

/// Manual, "Refused forwards". `plan`: all but them; may get another addition to ssh's words.
void settle_forwards(const TunnelSettings& settings, const SshConfig& config, SshPlan& plan);

}  // namespace autossh
