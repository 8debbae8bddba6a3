// Whether the server listens on 127.0.0.1 for a -R that it has granted. Pure.
//
// OpenSSH's sshd listens for a -R without a bind address on 127.0.0.1 and ::1, grants it when one of the two
// could be had, and does not say which. So the server is asked to connect to the port on 127.0.0.1: what is
// ours comes back as a connection to the forward (ssh logs it), before the server answers the next request.
// That is one connection to the target, which not every program bears (nc -l, x11vnc -once end by it): it is
// made to servers of ssh on this machine alone, which see many such. (A name would have ssh do nothing else
// until a name server has answered.)
#pragma once

#include "autossh/ssh/circumstances.hpp"
#include "autossh/ssh/configured_forward.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/message.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace autossh {

inline constexpr const char* ipv4_loopback = "127.0.0.1";

/// Manual, "Refused forwards". `one` of `all` is granted, nobody has come to it by IPv4 so far, and it
/// listens on 127.0.0.1 of a server that does what OpenSSH's does: others have services of their own there.
bool can_be_proven(const Forward& one, std::span<const Forward> all, const SshCircumstances& server);

/// The port of this machine that it leads to. Nothing: it leads elsewhere, or only a name server knows.
std::optional<std::uint16_t> target_port_here(const Forward& forward);

/// Where the server is asked to connect to.
ForwardPlace place_to_prove(const Forward& forward);
/// The same forward, of 127.0.0.1 alone.
ConfiguredForward on_loopback(ConfiguredForward forward);

/// The port of 127.0.0.1 is another program's, as a refusal there.
SshMessage refusal_on_loopback(const Forward& forward);
/// This is one of those: the server listens, but not there.
bool is_refusal_on_loopback(const SshMessage& refusal);

}  // namespace autossh
