// The connection of a running ssh: whether it lives.
#pragma once

#include "autossh/base/log.hpp"
#include "autossh/heartbeat/silence_gauge.hpp"
#include "autossh/heartbeat/tests.hpp"
#include "autossh/rules/ended_by.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/system/forwarded_connections.hpp"
#include "autossh/system/kept_connection.hpp"
#include "autossh/system/tcp_table.hpp"
#include "autossh/tunnel/status_tracker.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <sys/types.h>

namespace autossh {

/// By the tests, by its silence, and by what has become of our own address. Tells the account what it finds.
class ConnectionWatch {
public:
    ConnectionWatch(const TunnelSettings& settings, Log& log, StatusTracker& account, ConnectionTests& tests)
        : manner_(manner_of(settings)), log_(log), tracker_(account), tests_(tests)
    {}

    /// Nothing is known yet of the connection of the ssh that is started next.
    void ssh_starts(const SshPlan& plan);
    void logged_in(pid_t ssh, Time when);

    /// Where it has been silent for longer than its keepalives allow, a test is due. `next_look`: when to ask
    /// again; Time::max(): not at all.
    void listen_for_silence(Time now);
    Time next_look() const { return std::min({silence_.next_look(), next_way_look_, next_judgement_}); }
    /// The same where no test can tell: silence alone is what a test would find.
    void judge_silence(Time now);
    /// Takes the tests a step further.
    void test(Time now);

    /// It has failed, and is to be tested on: it may be well again.
    void test_on(Time now);

    /// Is our address gone?
    void note_network_change(pid_t ssh, const SshPlan& plan);
    /// While it is gone and nothing leads to the server: is it back? Not every way that opens is reported.
    void look_for_way(pid_t ssh, const SshPlan& plan, Time now);
    /// Meanwhile no test is made, which could only fail.
    bool waits_for_way() const { return next_way_look_ != never; }
    /// The network has changed, or time has passed unseen (sleep): a test is due.
    void test_now(const SshPlan& plan, bool woken);

    /// Why a test that counts has failed; empty: none has.
    const std::string& failed_test() const { return failed_test_; }
    /// The same where a better connection stands; empty: it lives, or may.
    std::string failure_beside_better() const;
    /// What has led to a test that has failed.
    EndedBy failed_by() const;
    /// Of `ssh` itself, where it has it; nothing: it is not known.
    std::optional<KeptConnection> kept_connection(pid_t ssh) const
    {
        return connection_ ? KeptConnection::of(ssh, *connection_) : std::nullopt;
    }
    /// Of `ssh` itself, with the one to its server.
    SocketsOfItsOwn sockets_of_its_own(pid_t ssh, const SshPlan& plan, const std::string& directory) const;
    bool address_is_gone() const { return address_gone_; }
    /// Somebody has a connection open through it. Nothing: that cannot be seen. `directory`: our private one.
    std::optional<bool> is_used(pid_t ssh, const SshPlan& plan, const std::string& directory) const;
    /// Our side, not the server's, has closed it; false where nothing is known of it.
    bool closed_by_us() const { return connection_ && connection_->closed_by_us(); }

private:
    bool is_audible() const;
    bool can_begin_anew(const SshPlan& plan) const;
    std::optional<Duration> silence() const;

    Manner manner_;
    Log& log_;
    StatusTracker& tracker_;
    ConnectionTests& tests_;
    std::optional<TcpConnection> connection_;  ///< with the server, or with the first jump host
    SilenceGauge silence_;
    std::optional<Duration> keepalive_;  ///< of this ssh
    Time next_judgement_ = never;
    bool address_gone_ = false;
    Time next_way_look_ = never;
    bool network_changed_ = false;  ///< since the last test that has passed,
    bool woken_ = false;            ///< and we have slept
    bool judged_by_silence_ = false;
    std::string failed_test_;
    std::string doubt_;  ///< the same, whether it counts or something comes on the connection
};

}  // namespace autossh
