// What is decided of a log-in: how long it may take, and whether one was refused that nobody has told of.
// Pure: the time is given.
#pragma once

#include "autossh/base/exit_status.hpp"
#include "autossh/base/failure.hpp"
#include "autossh/settings/settings.hpp"

#include <cstdint>
#include <optional>

namespace autossh {

/// The log-in of an ssh that runs.
struct AwaitedLogin {
    Time started;                   ///< ssh
    std::optional<Duration> limit;  ///< from there to the log-in, by the plan; nothing: none
    bool has_succeeded = false;
    bool person_was_asked = false;          ///< by us in the name of ssh
    bool second_factor_is_awaited = false;  ///< a push to a phone, perhaps: the server says how long it waits
};

/// Manual, "Connect timeout": when ssh must have logged in; Time::max(): at no time. A person who was asked,
/// by us or by the server, takes their time, unless a timeout was asked for.
Time login_deadline(const AwaitedLogin& login, const TunnelSettings& settings);

/// A secret that was given, and the ssh that has ended since.
struct GivenSecret {
    FailureClass failure = FailureClass::other;  ///< what ssh has ended of
    bool logged_in = false;                      ///< as far as ssh has logged it
    std::optional<Duration> up = std::nullopt;   ///< how long it was up; nothing: that cannot be known
    bool is_in_doubt = false;                    ///< by who has given it, after such a failure
};

/// Manual, "Refused log-ins": it may be the secret that the server did not take.
bool secret_may_be_wrong(const GivenSecret& secret);

/// An ssh that has ended, as far as it bears on a log-in that nobody has told of.
struct UntoldLogin {
    std::optional<ExitStatus> status = std::nullopt;     ///< of ssh
    std::optional<FailureClass> failure = std::nullopt;  ///< nothing: there was none
    Duration lasted{};                                   ///< from the start of ssh to its end
    bool has_succeeded = false;                          ///< as ssh says, or a jump host's ssh shows
    bool is_talkative = false;  ///< ssh was told to tell much (-v): what it writes measures nothing
};

/// Manual, "Refused log-ins", of a client whose log was not read (--plain, -q, a log of the user's own), or
/// whose jump host or server has only closed the connection: how many bytes it must have written for its
/// log-in to have been refused. Nothing: it was not refused.
std::optional<std::uint64_t> least_bytes_of_refusal(const UntoldLogin& login);

}  // namespace autossh
