// Which OpenSSH the user's ssh is.
#pragma once

#include "autossh/base/file_marks.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/base/time.hpp"
#include "autossh/settings/settings.hpp"

#include <chrono>
#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// How long the answer is waited for before anything runs, and while the tunnels of a fleet do.
inline constexpr Duration version_patience = std::chrono::seconds(5);
inline constexpr Duration version_patience_in_between = std::chrono::seconds(1);

/// Runs `file -V` and waits for its answer, no longer than `limit`. Nothing: it cannot be run, or is no
/// OpenSSH.
std::optional<SshVersion> ask_version(const std::string& file, const InheritedSignals& inherited,
                                      Duration limit = version_patience);

/// For so long a program that has given no answer is not asked again: many tunnels may name it.
inline constexpr Duration version_is_unknown = std::chrono::minutes(1);

/// Which OpenSSH each of the programs is that tunnels name. Each is asked once, and again where its file has
/// changed, or where it was no OpenSSH and version_is_unknown has passed.
class SshVersions {
public:
    explicit SshVersions(const InheritedSignals& inherited, Duration limit = version_patience)
        : inherited_(inherited), limit_(limit)
    {}

    /// As ask_version().
    std::optional<SshVersion> of(const std::string& file);
    /// What another one has been told, if there is one.
    void learn(const std::optional<SshVersions>& other)
    {
        if (other)
            known_.insert(other->known_.begin(), other->known_.end());
    }

private:
    struct Known {
        std::vector<FileMark> program;
        std::optional<SshVersion> version;
        Time until;  ///< it is asked again
    };

    std::reference_wrapper<const InheritedSignals> inherited_;
    Duration limit_;
    std::map<std::string, Known> known_;  ///< by what tunnels call them
};

}  // namespace autossh
