// What the user asked for, as plain values. Filled by setting_table and command_line.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/errors.hpp"
#include "autossh/base/failure.hpp"
#include "autossh/base/log_settings.hpp"
#include "autossh/base/time.hpp"
#include "autossh/settings/secret_rule.hpp"
#include "autossh/settings/sources.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace autossh {

/// `-M port[:echo_port]`. Without an echo port what is sent on `port` must come back on `port` + 1.
struct MonitorPorts {
    std::uint16_t port = 0;
    std::optional<std::uint16_t> echo_port;

    bool operator==(const MonitorPorts&) const = default;
};

/// `-M auto:PORT`, `-M auto:/PATH`: where on the server an echo service listens: a port of 127.0.0.1, or a
/// socket.
struct EchoPlace {
    std::uint16_t port = 0;
    std::string path = {};  ///< in place of the port

    bool operator==(const EchoPlace&) const = default;
};

/// Manual, "Exit of ssh": after which ends ssh is started again.
enum class RestartPolicy {
    on_failure,  ///< by the rules of 1.4g
    always,
    none,
};

/// ssh(1): which of its options a forward is given by.
enum class ForwardOption { local, remote, dynamic };

/// autossh-fleet(5): what the refusal of a forward means for the tunnel. The weakest first.
enum class ForwardNeed {
    optional,  ///< nothing
    wanted,    ///< it is degraded
    required,  ///< it is down, and tried again
};

/// A forward of the file of many tunnels of which more is said than ssh knows.
struct NamedForward {
    ForwardOption option = ForwardOption::local;
    std::string words;  ///< "8080 [web]:80": as ssh's answer to -G lists it
    std::string name;   ///< empty: none is given
    ForwardNeed need = ForwardNeed::wanted;

    bool operator==(const NamedForward&) const = default;
};

/// What one tunnel needs to know.
struct TunnelSettings {
    std::string name;  ///< for people and programs; empty: none was given
    Command ssh;
    std::optional<MonitorPorts> monitor;  ///< nothing: monitoring disabled, or
    bool auto_monitor = false;            ///< -M auto: forwardings of our own at each start,
    std::optional<EchoPlace> echo;        ///< and they lead to this service; nothing: back to us
    std::vector<NamedForward> forwards;   ///< those with a name or a need
    std::string message;                  ///< appended to the heartbeat, at most 64 bytes
    Duration poll = std::chrono::seconds(600);
    bool poll_given = false;  ///< then also the waits between starts follow it
    Duration first_poll = std::chrono::seconds(600);
    Duration net_timeout = std::chrono::seconds(15);
    Duration gate_time = std::chrono::seconds(30);
    bool gate_given = false;
    std::optional<Duration> backoff_max;           ///< the longest wait between two starts, if given
    Duration kill_time = std::chrono::seconds(5);  ///< from SIGTERM to SIGKILL
    std::optional<Duration> connect_timeout;       ///< for the log-in; 0: none; nothing: not given
    std::optional<Duration> max_lifetime;
    std::optional<Duration> renew;                    ///< from a log-in to the next, without a break
    Duration renew_grace = std::chrono::minutes(10);  ///< for the connections through the old one
    std::optional<std::int64_t> max_start;
    RestartPolicy restart = RestartPolicy::on_failure;
    bool attended = true;            ///< a person at the terminal may be asked: not of a fleet
    bool supervised = false;         ///< who has started us starts us again when we give up
    std::set<FailureClass> exit_on;  ///< give up on these, also within the gate time
    std::optional<bool> plain;       ///< add nothing to ssh's words; false: ask also an ssh of another name
    Duration test_interval = std::chrono::seconds(60);  ///< poll if given: -M auto, and refused forwards
    bool restart_after_success = false;                 ///< service mode: exit status 0 is no reason to stop
    std::vector<SecretRule> secrets;  ///< the first whose pattern fits counts; one without a pattern is last
    /// --share: other ssh use the connection by a socket at this path, in ssh's words; empty: at the one that
    /// ssh's configuration has. Nothing: they do not.
    std::optional<std::string> share;
    std::int64_t priority = 0;       ///< among tunnels that are to be started, higher ones first
    std::vector<std::string> after;  ///< the names of tunnels without which no try is made
    bool ssh_names_asker = true;     ///< OpenSSH 8.5 or newer: it says which server a question comes from

    bool operator==(const TunnelSettings&) const = default;
};

/// What the whole process needs to know.
struct Settings {
    TunnelSettings tunnel;
    LogSettings log;
    std::string ssh_path = AUTOSSH_SSH;
    std::string pid_file;              ///< empty: none
    std::string state_directory = {};  ///< for the ledger; empty: none of a tunnel, the default of a fleet
    bool background = false;
    bool is_first_process = false;    ///< of a container, which would end if we left the foreground
    bool ignores_background = false;  ///< -f was given to a first process
    bool service_mode = false;        ///< AUTOSSH_NTSERVICE
    bool only_asks_ssh = false;       ///< -G, -Q or -V of ssh's: nothing is supervised, nothing added

    // As given; what they come to is settled when all sources have been read.
    std::optional<Duration> given_poll;
    std::optional<Duration> given_first_poll;
    std::string port;  ///< AUTOSSH_PORT or --port, which beat -M; empty: neither
    std::map<std::string, SecretSource, std::less<>> given_secrets;  ///< without a pattern, by long option
    std::size_t rules_of_environment = 0;  ///< how many secrets with a pattern are AUTOSSH_SECRETFOR's

    SettingSources sources;
};

}  // namespace autossh
