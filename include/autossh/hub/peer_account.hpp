// Whose process is at the other end of a connection on this machine (Linux).
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace autossh {

/// Of a connected Unix socket, or of one of TCP whose other end is on this machine. Nothing: the system does
/// not tell, or the other end was closed already.
std::optional<uid_t> account_of_peer(int socket);

/// By the local files alone: no name service holds us up. Its number, where they do not have it.
std::string account_name(uid_t uid);
/// The other way round; nothing: there is none.
std::optional<uid_t> account_uid(const std::string& name);

}  // namespace autossh
