// The manner in which a tunnel is kept: what -M, a poll time that was given, and --plain come to. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/settings.hpp"

namespace autossh {

/// By which way the connection is tested.
enum class TestWay {
    none,
    ports,  ///< -M PORT, as 1.4g
    loop,   ///< -M auto
};

/// Whether ssh is asked what it will do.
enum class AskClient {
    no,
    if_openssh,            ///< only a program that is seen to be OpenSSH's ssh,
    if_openssh_or_script,  ///< or a script that passes our arguments on: 1.4g would not run without -M
    yes,                   ///< the user says that it is
};

/// How long the waits between starts become.
enum class WaitCurve {
    as_reference,  ///< 1.4g's numbers
    short_varied,  ///< below a minute, each a fifth longer or shorter by chance
};

struct Manner {
    /// Manual, "Heartbeat".
    TestWay test_way = TestWay::none;
    /// Manual, "Heartbeat": ssh's connection is listened to. Its silence calls for a test, and what has come
    /// on it weighs more than a test that has failed.
    bool listens_for_silence = false;
    /// Manual, "Heartbeat": a connection is not down as long as something has come on it within this time,
    /// whatever a test says.
    Duration tolerated_silence{};
    /// Manual, "Network changes and sleep": the same, until a test has passed since the network has changed.
    Duration tolerated_silence_after_change{};
    /// Manual, "Stopped ssh": while ssh is stopped it is not tested, and at once when it goes on.
    bool tests_rest_with_ssh = false;
    /// Manual, "Backoff".
    WaitCurve wait_curve = WaitCurve::as_reference;
    /// Manual, "Backoff": while we wait, the server's port may be probed: it tells when the server is back.
    bool may_probe_port = false;
    /// Manual, "What is added".
    AskClient ask_client = AskClient::no;
    /// Manual, "Exit of ssh": an ssh that cannot be executed is tried again where one has run before, and for
    /// want of processes also at the first start. False: only where both is so.
    bool waits_for_missing_ssh = false;

    bool operator==(const Manner&) const = default;
};

/// `settings`: settled, by settle_poll_times() and read_command_line().
Manner manner_of(const TunnelSettings& settings);

}  // namespace autossh
