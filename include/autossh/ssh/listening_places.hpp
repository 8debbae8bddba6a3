// Where the forwards of an ssh listen: by its answer to -G, and by its messages of those that are refused.
// Pure.
#pragma once

#include "autossh/ssh/config.hpp"
#include "autossh/ssh/message.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Each a port or a path, as ssh names it when it is refused. A port that the server chooses is none.
struct ListeningPlaces {
    std::string server;                  ///< which one, with the way to it
    std::vector<std::string> on_server;  ///< -R
    std::vector<std::string> here;       ///< -L and -D
    std::string control_socket;          ///< if it is known by its whole path

    /// Those in the file system here.
    std::vector<std::string> paths_here() const;
};

ListeningPlaces listening_places(const SshConfig& config);

/// Of -R, those among `refused`.
std::vector<std::string> refused_on_server(std::span<const SshMessage> refused);
/// Those of -R that are not.
std::vector<std::string> granted_on_server(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);

/// By which processes on this machine can tell whether two of them want one place: "R SERVER PORT", "L PORT".
std::vector<std::string> claims_of_refused(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);
std::vector<std::string> claims_of_granted(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);

/// For people: "port 7004 on gw", "the local port 8080".
std::string claim_in_words(const std::string& claim);

}  // namespace autossh
