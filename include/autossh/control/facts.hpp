// What is true of a process of ours and its tunnels, as its control socket tells it and autosshctl shows it.
// Plain data.
#pragma once

#include "autossh/control/hook_facts.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Of the clock on the wall.
using WallTime = std::chrono::system_clock::time_point;
/// A length of time.
using Seconds = std::chrono::duration<double>;

/// Why a tunnel is not up; all empty: nothing is wrong.
struct CauseFacts {
    std::string failure_class;  ///< as of AUTOSSH_EXIT_ON: "authentication-refused"; empty: none
    std::string text;
    std::string remedy;

    bool operator==(const CauseFacts&) const = default;
};

struct ForwardFacts {
    std::string name;  ///< in the file of a fleet; empty: it has none
    std::string kind;  ///< "L", "R", "D", "W", "w"
    std::string listen;
    std::string to;
    std::string need;                        ///< "required", "wanted", "optional"
    std::string state;                       ///< "working", "refused", "unknown"
    std::optional<std::uint16_t> port = {};  ///< that the server has allocated
    std::string text = {};                   ///< why it is refused

    bool operator==(const ForwardFacts&) const = default;
};

/// As ssh -G names it, with the address of the last log-in.
struct ServerFacts {
    std::string name;
    std::string address;
    std::uint16_t port = 0;  ///< 0: not known

    bool operator==(const ServerFacts&) const = default;
};

/// Of the connection tests of this session.
struct RoundTripFacts {
    std::optional<Seconds> last = {};
    std::optional<Seconds> p50 = {};
    std::optional<Seconds> p95 = {};
    std::uint64_t tests = 0;
    std::uint64_t failed = 0;
    std::vector<std::optional<Seconds>> recent =
        {};  ///< of the last tests, the oldest first; nothing: failed

    bool operator==(const RoundTripFacts&) const = default;
};

/// Parts of the time that was watched and wanted, 0 to 1, of the last 24 hours, 7 and 30 days; nothing: less
/// than an hour of that was. `watched`: the part of those 30 days.
struct AvailabilityFacts {
    std::optional<double> day = {};
    std::optional<double> week = {};
    std::optional<double> month = {};
    std::optional<double> watched = {};

    bool operator==(const AvailabilityFacts&) const = default;
};

struct OutageCount {
    std::string failure_class;  ///< as of AUTOSSH_EXIT_ON; "other": of none of these
    std::uint64_t number = 0;

    bool operator==(const OutageCount&) const = default;
};

/// Since the ledger began; where none is kept, since the process did.
struct TotalFacts {
    Seconds up = {};
    Seconds down = {};
    std::vector<OutageCount> outages = {};  ///< by class, each once

    bool operator==(const TotalFacts&) const = default;
};

struct TunnelFacts {
    std::string name;
    std::string state;                      ///< manual, "States"; "stopped": nobody wants it up
    std::string health;                     ///< "up", "impaired", "down", "stopped"
    std::string words;                      ///< as --check tells it
    bool wanted = true;                     ///< false: stopped by a person, or not enabled
    std::string stopped;                    ///< how: "by hand", "not enabled"; empty: it is not
    std::optional<WallTime> since = {};     ///< in this state
    std::optional<WallTime> up_since = {};  ///< of this session
    pid_t pid = 0;                          ///< of its ssh; 0: there is none
    std::uint64_t starts = 0;               ///< of ssh, since the tunnel is kept
    std::string host = {};                  ///< as the user names the destination
    ServerFacts server = {};
    std::vector<std::string> groups = {};
    std::string description = {};
    CauseFacts cause = {};
    std::optional<WallTime> next_try = {};
    std::uint64_t queued = 0;  ///< tunnels before it, where it waits for its turn
    std::uint64_t tries = 0;   ///< in vain, in a row
    RoundTripFacts round_trip = {};
    std::vector<ForwardFacts> forwards = {};
    AvailabilityFacts availability = {};
    std::optional<TotalFacts> totals = {};  ///< nothing: an older autossh, which counts nothing
    std::string origin = {};  ///< "FILE:LINE" of a fleet's; else what has started it: a unit, a terminal

    bool operator==(const TunnelFacts&) const = default;
};

struct DaemonFacts {
    std::string name;  ///< of the fleet, or of the only tunnel
    std::string kind;  ///< "fleet", "single"
    pid_t pid = 0;
    std::string version;
    std::string user;
    std::string config = {};    ///< the file of a fleet; empty: there is none
    bool config_newer = false;  ///< a file has changed since it was read
    std::vector<TunnelFacts> tunnels = {};
    std::uint64_t starting = 0;                ///< sshs on their way to a log-in
    std::uint64_t queued = 0;                  ///< tunnels whose ssh waits for leave to start
    std::optional<WallTime> config_read = {};  ///< when the file was read without mistakes; nothing: not told
    bool config_refused = false;               ///< it had mistakes when it was read last
    std::string hub = {};  ///< of one that is a hub, for a person: "300 boxes, 1 lost"; empty: it is none
    HookFacts hooks = {};

    bool operator==(const DaemonFacts&) const = default;
};

}  // namespace autossh
