// How ssh is run and listened to: settled once, from the settings and ssh's own answer. Pure.
#pragma once

#include "autossh/base/destination.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/path.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// The keys and tokens that a configuration names.
struct ConfiguredKeys {
    PathTokens path_tokens;  ///< of the host, in the paths that follow, which are as ssh has them
    std::vector<std::string> files;
    std::vector<std::string> certificates;
    std::string pkcs11;  ///< the library of a token; empty or "none": none
};

ConfiguredKeys configured_keys(const SshConfig& config);

/// By default nothing is added and ssh's log is not read: the ssh of a plain run, or a client that is not
/// OpenSSH's.
struct SshPlan {
    std::vector<Addition> additions;  ///< in front of the user's words
    bool understood = false;          ///< ssh has answered: states are reported
    bool log_is_read = false;         ///< its log comes to us
    bool login_is_heard = false;
    bool verbose_is_ours = false;               ///< its level VERBOSE was added by us
    bool loop = false;                          ///< -M auto, and nothing speaks against it
    std::string no_loop;                        ///< -M auto: what speaks against it
    bool ends_at_refused_forward = false;       ///< ExitOnForwardFailure, carried out by us
    bool forwards_are_vital = false;            ///< ExitOnForwardFailure, carried out by ssh or by us
    std::optional<std::uint16_t> monitor_port;  ///< of -M PORT
    std::size_t users_forwards = 0;             ///< how many there are, beside those of the tests
    bool retries_forwards = false;        ///< they are all that this ssh is for, and it may be ended for them
    bool remote_terminal = false;         ///< where ~. ends the session
    bool session = true;                  ///< a command or shell is run there (no -N)
    std::optional<Duration> login_limit;  ///< from the start to the log-in
    std::optional<Duration> keepalive;    ///< ssh's interval, if it sends any
    Destination destination;
    std::vector<std::string> accounts;  ///< USER@HOST of the destination, by every name that ssh may give it
    std::string agent_socket;
    ConfiguredKeys keys;
    std::vector<std::optional<ConfiguredKeys>> jump_keys;  ///< nothing: not known
    std::vector<std::string> known_hosts;
    std::vector<std::string> secret_files;
    bool attended = true;  ///< a person is at a terminal
};

/// `directory`: our private one, empty if none can be had.
SshPlan plan_for(const TunnelSettings& settings, const SshConfig& config, const Askable& askable,
                 const std::string& directory);

/// For OpenSSH's ssh that has not answered: with what is worth adding whatever its configuration says, and
/// without a loop.
SshPlan plan_without_answer(const TunnelSettings& settings, const Askable& askable,
                            const std::string& directory);

/// The FIFO for ssh's log in our private directory.
std::string log_path(const std::string& directory);

/// What is executed: the user's words with the additions in front, and the loop's where -M stood.
Command command_for(const TunnelSettings& settings, const SshPlan& plan,
                    const std::vector<std::string>& loop);

}  // namespace autossh
