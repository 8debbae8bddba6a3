// Whether the server really listens on 127.0.0.1 for a -R that it has granted. Pure.
//
// OpenSSH's sshd listens for a -R without a bind address on 127.0.0.1 and ::1, grants it when one of the two
// could be had, and does not say which. For a bind address that is one of them it has no other than that, so
// its answer is the truth. A listener is closed and opened again for it: no open connection is cut, and none
// is made to the target; but ssh turns away whom the server sends meanwhile, for a round trip or two. So it
// is asked only of a forward that nobody uses, some time behind the log-in. Where 127.0.0.1 is refused, ::1
// and any other port of 127.0.0.1 are asked for, too: were these refused as well, that would say nothing of
// who has the port.
#pragma once

#include "autossh/ssh/circumstances.hpp"
#include "autossh/ssh/configured_forward.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/message.hpp"
#include "autossh/ssh/mux_message.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace autossh {

inline constexpr const char* ipv4_loopback = "127.0.0.1";
inline constexpr const char* ipv6_loopback = "::1";

/// Manual, "Refused forwards". `one` of `all` is granted, and a server that is asked so does no more than
/// OpenSSH's: others choose a new name for each request (serveo.net), or mean something else by the address.
bool can_be_proven(const Forward& one, std::span<const Forward> all, const SshCircumstances& server);

/// The same to listen on this address alone; on this port, 0 for any.
ConfiguredForward on_address(ConfiguredForward forward, const std::string& address);
ConfiguredForward on_any_port(ConfiguredForward forward);

/// What came of it.
enum class PortProof {
    ours,       ///< the server listens on 127.0.0.1
    strangers,  ///< it does on ::1 alone, as the port of 127.0.0.1 is in use
    unknown,    ///< it refuses such requests (PermitListen), or has no IPv4
};

/// The answers for 127.0.0.1, for ::1, and for any port of 127.0.0.1.
PortProof port_proof(const MuxAnswer& ipv4, const MuxAnswer& ipv6, const MuxAnswer& any_port);

/// PortProof::strangers, as a refusal on 127.0.0.1.
SshMessage refusal_on_ipv4(const Forward& forward);
/// This is one of those: the server listens, but not there.
bool is_refusal_on_ipv4(const SshMessage& refusal);

}  // namespace autossh
