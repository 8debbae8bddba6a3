#include "autossh/login/secret_setup.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/system/askpass_place.hpp"
#include "autossh/system/terminal.hpp"

#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

void check_ssh_for_secrets(TunnelSettings& settings, SshVersions& versions)
{
    if (settings.secrets.empty())
        return;
    const std::string& ssh = settings.ssh.file;
    if (manner_of(settings).ask_client == AskClient::no)
        throw ConfigError("secrets cannot be given with --plain, when nothing is known of the ssh that asks");
    const bool is_openssh = is_taken_for_openssh(settings);
    if (const std::string want = is_openssh ? "" : cannot_be_read(ssh); !want.empty())
        throw ConfigError(want);
    if (!is_openssh)
        throw ConfigError(
            fmt::format("secrets are given to OpenSSH's ssh alone, and {} is not known to be it; "
                        "if it is, set AUTOSSH_PLAIN=no",
                        ssh));
    if (!own_program_is_known())
        throw ConfigError("secrets need /proc, which tells who asks: mount it");
    const auto version = versions.of(ssh);
    if (!version)
        throw ConfigError(
            fmt::format("secrets are given to OpenSSH's ssh alone: {} -V does not say which it is", ssh));
    if (*version < can_force_askpass)
        throw ConfigError(fmt::format("{} is OpenSSH {}.{}, which cannot be made to ask autossh for a secret "
                                      "(SSH_ASKPASS_REQUIRE); 8.4 or newer is needed",
                                      ssh, version->major, version->minor));
    settings.ssh_names_asker = *version >= names_asker;
}

SecretStore take_secrets(TunnelSettings& settings, SshVersions& versions)
{
    if (settings.secrets.empty())
        return {};
    check_ssh_for_secrets(settings, versions);
    return {settings.secrets, environment_variable};
}

namespace {

/// ssh(1): the user wants to be asked by a program even where there is a terminal.
bool prefers_askpass(const std::string& ssh)
{
    const std::string required = environment_variable("SSH_ASKPASS_REQUIRE").value_or("");
    return (required == "force" || required == "prefer") && who_can_be_asked(ssh).askpass;
}

}  // namespace

bool caller_can_be_asked(TunnelSettings& settings, SshVersions& versions)
{
    // A shell script's own "&" leaves us in its group, with /dev/null to read from.
    const bool at_terminal = ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
    if (!at_terminal || !Terminal().in_foreground() || !is_taken_for_openssh(settings) ||
        !own_program_is_known() || (settings.secrets.empty() && prefers_askpass(settings.ssh.file)))
        return false;
    if (!settings.secrets.empty())  // its version is good enough, as was found out for them
        return true;
    const auto version = versions.of(settings.ssh.file);
    if (!version || *version < can_force_askpass)
        return false;
    settings.ssh_names_asker = *version >= names_asker;
    return true;
}

}  // namespace autossh
