// Which OpenSSH the user's ssh is.
#pragma once

#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"

#include <compare>
#include <optional>
#include <string_view>

namespace autossh {

struct SshVersion {
    int major = 0;
    int minor = 0;

    auto operator<=>(const SshVersion&) const = default;
};

/// Knows SSH_ASKPASS_REQUIRE (release notes of 8.4).
inline constexpr SshVersion can_force_askpass{8, 4};
/// Says which server asks (release notes of 8.5: "prefix keyboard interactive prompts with (user@host)").
inline constexpr SshVersion names_asker{8, 5};

/// From what `ssh -V` prints: "OpenSSH_9.2p1 Debian-2, …". Nothing: it is no OpenSSH.
std::optional<SshVersion> ssh_version_from(std::string_view text);

/// Runs `file -V` and waits for its answer, 5 s at most. Nothing: it cannot be run, or is no OpenSSH.
std::optional<SshVersion> ask_version(const std::string& file, const InheritedSignals& inherited);

}  // namespace autossh
