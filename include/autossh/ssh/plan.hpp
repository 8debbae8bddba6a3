// How ssh is run and listened to: settled once, from the settings and ssh's own answer. Pure.
#pragma once

#include "autossh/base/destination.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/configured_keys.hpp"
#include "autossh/ssh/dropped_words.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/listening_places.hpp"
#include "autossh/ssh/message.hpp"
#include "autossh/ssh/offer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// By default nothing is added and ssh's log is not read: the ssh of a plain run, or a client that is not
/// OpenSSH's.
struct SshPlan {
    /// What ssh logs.
    struct LogReading {
        bool is_read = false;         ///< it comes to us
        bool login_is_heard = false;  ///< and tells of the log-in
        /// What the user wants to see of it, where we have it tell more. Nothing: all.
        std::optional<SshLogLevel> users_level = std::nullopt;
        bool is_forced = false;         ///< its lines have places in front; see ssh/forced_log.hpp
        bool tells_of_jobs = false;     ///< the client is a script that may say why a job cannot be entered
        bool past_log_is_read = false;  ///< what ssh says past its log comes to us, too

        /// By -q or a low LogLevel, which we have raised.
        bool is_hushed() const { return users_level.value_or(SshLogLevel::info) < SshLogLevel::info; }
    };

    /// Manual, "Heartbeat": the way of the tests of -M auto.
    struct Loop {
        bool is_made = false;
        std::string reason_against;  ///< -M auto: why it is not; else empty
    };

    /// Manual, "Refused forwards".
    struct Forwards {
        std::size_t users = 0;     ///< how many there are, beside those of the tests and a tunnel device
        std::vector<Forward> all;  ///< with the tunnel device
        bool some_are_required = false;  ///< a refused one of those, and the tunnel is down
        bool needs_are_unseen = false;   ///< of those, as ssh's log does not come to us
        bool are_vital = false;          ///< a refused one is to end ssh (ExitOnForwardFailure),
        bool we_end_ssh = false;         ///< and it is us who end it
        bool are_retried = false;        ///< they are all that this ssh is for, and it may be ended for them
        bool are_asked_again = false;    ///< a refused one, on the living connection
        std::optional<std::uint16_t> monitor_port = std::nullopt;  ///< of -M PORT
        bool monitor_listens = false;  ///< that port is a loop's, and the server listens on it, too
        ListeningPlaces places = {};   ///< of the user's, and of -M PORT
    };

    /// What is run on the server.
    struct RemoteSession {
        bool is_wanted = true;      ///< a command or a shell (no -N)
        bool is_shell = false;      ///< no command is given
        bool has_terminal = false;  ///< where ~. ends it
        bool is_stream = false;     ///< a subsystem's or -W: another ssh cannot take it up
    };

    /// What a log-in needs, and what may mend one that was refused.
    struct Login {
        std::optional<Duration> limit;    ///< from the start to the log-in; nothing: none
        bool runs_local_command = false;  ///< LocalCommand, before it shows that it has logged in
        bool is_attended = true;          ///< a person is at a terminal
        bool asks_by_program = false;     ///< else the user's askpass program is asked, for all that we know
        std::vector<std::string> accounts;  ///< USER@HOST of the destination, by every name ssh may give it
        std::string agent_socket;
        ConfiguredKeys keys;
        std::vector<std::optional<ConfiguredKeys>> jump_keys;  ///< nothing: not known
        std::vector<std::string> known_hosts;
        std::vector<std::string> secret_files;
        std::uint64_t identity = 0;  ///< see login_identity(); 0: not known
    };

    bool understood = false;          ///< ssh has answered: states are reported
    bool is_shared = false;           ///< the connection, with another ssh, or perhaps
    bool runs_programs = false;       ///< a ProxyCommand, a jump host's ssh or a LocalCommand, or perhaps
    std::vector<Addition> additions;  ///< to the user's words; see ssh/words.hpp
    DroppedWords dropped;             ///< of the user's words
    Destination destination;
    std::string first_server;           ///< as first_server(); empty: not known
    std::optional<Duration> keepalive;  ///< ssh's interval, if it sends any
    LogReading log;
    ControlLine control;
    Offer offer;  ///< settled last, by who can look at its path
    Loop loop;
    Forwards forwards;
    RemoteSession session;
    Login login;
};

/// `choices`: of the words in `settings`. `directory`: our private one, empty if none can be had.
SshPlan plan_for(const TunnelSettings& settings, SshChoices choices, const SshConfig& config,
                 const Askable& askable, const std::string& directory,
                 ControlSocket control_socket = ControlSocket::unused);

/// For OpenSSH's ssh that has not answered: with what is worth adding whatever its configuration says, and
/// without a loop.
SshPlan plan_without_answer(const TunnelSettings& settings, const SshChoices& choices, const Askable& askable,
                            const std::string& directory);

/// The FIFO for ssh's log in our private directory.
std::string log_path(const std::string& directory);
/// The same of what goes past its log.
std::string errors_path(const std::string& directory);

}  // namespace autossh
