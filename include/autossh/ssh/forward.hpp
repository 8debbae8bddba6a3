// The user's forwards, by ssh's configuration. Pure.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/configured_forward.hpp"
#include "autossh/ssh/message.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// ssh_config(5): LocalForward, RemoteForward, DynamicForward, Tunnel; and -W.
struct Forward {
    enum class Kind { local, remote, dynamic, device, stdio };
    enum class State {
        unknown,  ///< of a local one ssh listens here, perhaps, and nobody has come through it yet
        working,  ///< the server listens for it, or something has come through
        refused,
    };

    Kind kind = Kind::local;
    std::string place;   ///< where it listens, as ssh names it: the port or path; of a device "LOCAL:REMOTE",
                         ///< of -W the target
    std::string bind;    ///< the address that it listens on, "*" for all; empty: the default
    std::string target;  ///< "HOST:PORT" or a path; empty: whatever its user asks for (SOCKS)
    State state = State::unknown;
    bool is_used_by_ipv4 = false;  ///< of -R: somebody has come to an address of IPv4 on the server
    std::uint16_t allocated = 0;   ///< of -R 0, once the server has chosen a port
    /// Word for word as ssh has it, one for all copies; null: of a device or -W.
    std::shared_ptr<const ConfiguredForward> configured = nullptr;

    std::string name = {};  ///< that the user has given it; empty: none
    ForwardNeed need = ForwardNeed::wanted;

    bool is_configured_as(const ConfiguredForward& words) const { return configured && *configured == words; }
    bool operator==(const Forward&) const = default;
};

/// "working", "refused", "unknown".
std::string_view name(Forward::State state);

/// "optional", "wanted", "required".
std::string_view name(ForwardNeed need);

/// As the user has written it, or shorter: "-L 8080", "-w 5:5".
std::string in_words(const Forward& forward);

/// As the status has it, with its state: "shop -L 8080 working", "-R 2222 refused (optional)".
std::string told(const Forward& forward);

/// `config`: ssh's answer, which says nothing of -W. Those of configured_forwards(), in their order, and then
/// the device of -w.
std::vector<Forward> forwards_of(const SshConfig& config, const std::optional<MonitorPorts>& monitor);

/// Those of the words that the file of a fleet makes, without ssh's answer: -L before -R before -D. One whose
/// place only ssh knows is left out.
std::vector<Forward> forwards_of_words(const TunnelSettings& settings);

/// Gives each of these that is among `named` its name and its need.
void name_forwards(std::vector<Forward>& forwards, const std::vector<NamedForward>& named);

bool has_tunnel_device(const SshConfig& config);  ///< -w

bool listens_here(const Forward& forward);  ///< -L or -D

/// The addresses that one of those listens on. Empty: that is not known without a look-up of its name.
std::vector<std::string> addresses_of(const Forward& forward);

bool has_port_of_servers_choice(const Forward& forward);  ///< -R 0

/// A refusal of ssh's to listen here on `place`, and perhaps on `address`, is about this one.
bool is_refused_here(const Forward& forward, const SshMessage& refusal);

/// The same, or one of the server's to listen there.
bool is_about(const SshMessage& refusal, const Forward& forward);

/// The strongest need of those that this refusal is about.
ForwardNeed need_of(const SshMessage& refusal, const std::vector<Forward>& forwards);

}  // namespace autossh
