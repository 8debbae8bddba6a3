// Whether the server can be reached, answers as an sshd, and is known by its host key. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// How far one bare connection has come.
struct ServerLook {
    enum class Reach {
        not_tried,  ///< `why` says why
        connected,  ///< a tunnel is up to it, so it was not tried
        answers,    ///< with the greeting of an sshd
        name_unknown,
        name_server_silent,
        refused,
        no_route,
        no_answer,    ///< to the connection
        no_greeting,  ///< the connection was closed before it
        silent,       ///< it takes the connection, and says nothing
        shut_out,     ///< "Not allowed at this time"
        too_many,     ///< "Exceeded MaxStartups"
        stranger,     ///< no sshd
    };

    std::string host = {};  ///< as ssh connects to it
    std::string port = "22";
    Reach reach = Reach::not_tried;
    std::string address = {};   ///< the one that was tried last
    std::string greeting = {};  ///< the first line
    std::string why = {};       ///< of not_tried: "it is reached by a ProxyCommand"
};

Findings server_findings(const ServerLook& look);

/// Whether known_hosts has the server.
struct HostKeyLook {
    std::string name = {};      ///< by which it is looked up: "[host]:port", an alias
    std::string login = {};     ///< words for ssh, for the remedy: "-p 2222 me@host"
    std::string checking = {};  ///< StrictHostKeyChecking, as ssh -G has it
    bool is_known = false;
    bool is_revoked = false;    ///< it was, and each of its keys that is known is revoked
    bool can_be_known = true;   ///< false: ssh-keygen is missing, or another source is asked (`why`)
    std::string why = {};       ///< "KnownHostsCommand is asked"
    bool is_elsewhere = false;  ///< in other files than the user's own
};

/// Takes what ssh-keygen -F has found, in all files that count.
void note_known_keys(HostKeyLook& look, std::string_view found);

Findings host_key_findings(const HostKeyLook& look);

}  // namespace autossh
