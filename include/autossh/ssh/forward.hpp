// The user's forwards, and what ssh's log tells of each one. Pure.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// ssh_config(5): LocalForward, RemoteForward, DynamicForward, Tunnel.
struct Forward {
    enum class Kind { local, remote, dynamic, device };
    enum class State {
        unknown,  ///< of a local one ssh listens here, perhaps, and nobody has come through it yet
        working,  ///< the server listens for it, or something has come through
        refused,
    };

    Kind kind = Kind::local;
    std::string place;   ///< where it listens, as ssh names it: the port or path; of a device "LOCAL:REMOTE"
    std::string target;  ///< "HOST:PORT" or a path; empty: whatever its user asks for (SOCKS)
    State state = State::unknown;

    bool operator==(const Forward&) const = default;
};

/// "working", "refused", "unknown".
std::string_view name(Forward::State state);

/// As the user has written it, or shorter: "-L 8080", "-w 5:5".
std::string in_words(const Forward& forward);

/// `config`: ssh's answer. Those of the tests of -M PORT are no forwards of the user's.
std::vector<Forward> forwards_of(const SshConfig& config, const std::optional<MonitorPorts>& monitor);

bool has_tunnel_device(const SshConfig& config);  ///< -w

/// Follows the forwards of one session. What is not in ssh's log, as the lines of the level DEBUG1 where the
/// user has the log elsewhere, leaves them unknown.
class ForwardStates {
public:
    ForwardStates() = default;
    explicit ForwardStates(std::vector<Forward> forwards);

    /// One line of ssh's log, and what it means. A message: a forward cannot be used which seemed to be in
    /// order; `remedy` helps against that, as is known from the lines before.
    std::optional<SshMessage> read_line(std::string_view line, const SshMessage& message,
                                        const std::string& remedy = {});

    /// Something of ours has come to the server's own network and back: the server forwards what comes in
    /// here.
    void server_forwards();

    const std::vector<Forward>& all() const { return forwards_; }
    /// "-L 8080 unknown, -R 2222 working"; of many some.
    const std::string& in_words() const { return words_; }

private:
    void take_reply(std::string_view line);
    std::optional<SshMessage> take_channel(std::string_view line, const SshMessage& message);
    std::optional<SshMessage> take_end_of_channel(std::string_view line);
    /// Of those that are meant, where their place is, or anywhere (empty).
    void set(bool (*is_meant)(const Forward&), std::string_view place, Forward::State state);
    void change(Forward& forward, Forward::State state);
    void put_in_words();

    std::vector<Forward> forwards_;
    std::vector<std::string> prohibited_;  ///< the numbers of channels that are about to be closed
    std::vector<std::string> dead_;        ///< the same, where the target is not there
    std::string words_;
};

}  // namespace autossh
