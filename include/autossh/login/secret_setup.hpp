// Before anything is started: are the secrets there, and can the user's ssh be made to ask for them?
#pragma once

#include "autossh/login/secret_store.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/version.hpp"

namespace autossh {

/// Whether the user's ssh can be made to ask for the secrets that the settings name. Notes what kind of ssh
/// it is. Throws ConfigError.
void check_ssh_for_secrets(TunnelSettings& settings, SshVersions& versions);

/// Checks ssh, and checks and takes what the settings name. Throws ConfigError, and std::system_error where
/// there is no locked memory.
SecretStore take_secrets(TunnelSettings& settings, SshVersions& versions);

/// Manual, "-f": whether ssh's questions can be passed on to the person at our terminal. Notes what kind of
/// ssh it is. After check_ssh_for_secrets().
bool caller_can_be_asked(TunnelSettings& settings, SshVersions& versions);

}  // namespace autossh
