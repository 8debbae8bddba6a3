// Manual, "Backoff": the longer waits of starts that come in quick succession. Pure.
#pragma once

#include "autossh/settings/settings.hpp"

#include <optional>
#include <vector>

namespace autossh {

/// The ssh before, when it has ended.
struct LastSession {
    bool ran = true;                             ///< false: it could not be started
    Duration since_start{};                      ///< from its start to now
    std::optional<Duration> up = std::nullopt;   ///< how long it was up; nothing: that cannot be known
    bool logged_in = false;                      ///< as far as ssh has logged it
    FailureClass failure = FailureClass::other;  ///< what it has ended of
    bool secret_refused = false;                 ///< by the server, perhaps, which may count such tries
    bool perhaps_refused = false;                ///< so may the log-in be, of an ssh whose log was not read
    bool closed_at_once = false;                 ///< by the server, before its greeting
    /// When log-ins beside it failed that the server may have counted.
    std::vector<Time> refused_beside = {};
    /// As HeldPorts says of the ports that were refused, how long ago.
    std::optional<Duration> since_port_lost = std::nullopt;
};

/// 1.4g's curve. With a poll time that was given, or --plain: its numbers, too. Else it stays below a minute,
/// and each wait is up to a fifth longer or shorter, so that those who lost the same server do not return all
/// at once.
class Backoff {
public:
    explicit Backoff(const TunnelSettings& settings);

    /// How long to wait before the next start. `chance`: 0 to 1, for the fifth.
    Duration before_start(const LastSession& last, double chance);

    /// There is new hope: the waits begin again with the shortest.
    void quicken();

    /// The wait that many failures in a row lead to.
    Duration longest() const;

    /// How many starts in a row came too soon after the one before.
    long tries() const { return tries_; }

private:
    bool was_long(const LastSession& last) const;
    Duration varied(Duration wait, double chance) const;

    Duration scale_;     ///< what the curve is drawn for, and rises to
    bool as_reference_;  ///< as 1.4g
    Duration ceiling_;
    long tries_ = 0;
};

}  // namespace autossh
