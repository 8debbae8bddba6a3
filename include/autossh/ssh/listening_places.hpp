// Where the forwards of an ssh listen: by its answer to -G, and by its messages of those that are refused.
// Pure.
#pragma once

#include "autossh/ssh/config.hpp"
#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/message.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct ListeningPlaces {
    std::string server;             ///< which one, with the way to it
    std::vector<Forward> forwards;  ///< without those whose port the server chooses, and devices
    std::string control_socket;     ///< if it is known by its whole path

    /// Those in the file system here.
    std::vector<std::string> paths_here() const;
};

ListeningPlaces listening_places(const SshConfig& config);
/// `forwards`: of this answer, those of -M PORT among them.
ListeningPlaces listening_places(const SshConfig& config, std::vector<Forward> forwards);

/// Of -R, those among `refused`.
std::vector<std::string> refused_on_server(std::span<const SshMessage> refused);
/// Those of -R that are not.
std::vector<std::string> granted_on_server(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);

/// Of -L and -D, those among `refused`.
std::vector<Forward> refused_here(const ListeningPlaces& places, std::span<const SshMessage> refused);

/// By which processes on this machine can tell whether two of them want one place: "R SERVER PORT",
/// "L ADDRESS PORT".
std::vector<std::string> claims_of_refused(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);
std::vector<std::string> claims_of_granted(const ListeningPlaces& places,
                                           std::span<const SshMessage> refused);

/// They stand for one place, or one of them takes the other in (all addresses).
bool overlap(std::string_view claim, std::string_view other);

/// For people: "port 7004 on gw", "the local port 8080".
std::string claim_in_words(const std::string& claim);

}  // namespace autossh
