// What we say to a multiplexing master of ssh's, and what it answers: OpenSSH's PROTOCOL.mux, version 4.
// Pure.
//
// As tried with OpenSSH 9.2, 10.0 and 10.5; what follows from it for a client is in mux_client.hpp:
// * A master takes a request for a forward that stands in its list for granted and does nothing, also where
//   that one was refused at its start. What a request has made and the server refused is not in the list.
// * A forward is the same one where all words are the same: bind address, port, and target ("socks", port 0,
//   for SOCKS). No bind address is an empty text; what is in ssh's list with an empty one (-L :8080:...) can
//   be asked for as "*", but never be closed ("port not forwarded").
// * From 10.1 on a -L or -D that was refused at the start cannot be closed either ("port not found"), and so
//   stays in the list.
// * A -R 0 is closed as port 0, not as the port that the server has chosen. Of one in the list that has no
//   port yet, or was refused at the start, the answer is port 0; a refused one cannot be closed ("port not in
//   permitted opens").
// * Whatever has a Unix socket made leaves its file when it is closed.
// * Another kind of forward than the three ends the master.
// * To connect to a place from the server takes two descriptors behind the request, of what the connection is
//   read from and written to, and a connection to the master for each. It is answered when the server has:
//   "session opened", or a failure without the server's reason, which stands in ssh's log.
#pragma once

#include "autossh/ssh/configured_forward.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

inline constexpr std::uint32_t mux_version = 4;
/// Longer messages are not read. (The longest that a master has for us is a reason with a path in it.)
inline constexpr std::size_t longest_mux_message = 16 * 1024;
inline constexpr std::size_t size_of_mux_length = 4;

struct MuxRequest {
    enum class Kind { alive_check, open_forward, close_forward, stop_listening, terminate, connect };

    Kind kind = Kind::alive_check;
    ConfiguredForward forward;  ///< to open or close; to connect: its target, a host and a port
};

/// The first message of either side.
std::string mux_hello();
/// With its length in front. `id`: comes back with the answer.
std::string to_bytes(const MuxRequest& request, std::uint32_t id);

/// The same place to listen, to the same target in words that stand in no list.
ConfiguredForward in_other_words(const ConfiguredForward& forward);

/// Of the message that begins with these four bytes. Nothing: it has no type, or is too long to be one.
std::optional<std::size_t> mux_length(std::string_view bytes);

struct MuxReply {
    enum class Kind {
        hello,
        ok,
        failure,
        permission_denied,
        alive,
        remote_port,
        connected,
        nonsense,  ///< cut short, too long, of no known type, or of a value that cannot be
        other,     ///< to what we never ask
    };

    Kind kind = Kind::nonsense;
    std::uint32_t id = 0;      ///< of the request; of hello 0
    std::uint32_t number = 0;  ///< the version, pid or port
    std::string reason;        ///< of a failure, on one line; of nonsense what it is, of other its name
};

/// `message`: without its length. Extensions of a hello are not looked at: none is defined up to 10.0, and
/// "info" (10.3) is of no use to us.
MuxReply mux_reply_from(std::string_view message);

/// What has become of a request.
struct MuxAnswer {
    enum class Kind {
        granted,  ///< says the master; of a forward, what it can do is still to be proven
        refused,
        silent,  ///< no answer in time
        gone,    ///< nobody listens, the connection ended, or nonsense came: no answer will come
    };

    Kind kind = Kind::gone;
    std::string reason;      ///< of a refusal the master's; of gone, what has happened
    std::uint32_t port = 0;  ///< of -R 0: which the server has chosen
    std::uint32_t pid = 0;   ///< of an alive check: the master's

    bool is_granted() const { return kind == Kind::granted; }
};

/// What a reply means for the request with that id.
MuxAnswer mux_answer(const MuxRequest& request, std::uint32_t id, const MuxReply& reply);

}  // namespace autossh
