// Whether there is something to log in with that nobody needs to unlock: keys, certificates, an agent. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"
#include "autossh/ssh/certificate.hpp"
#include "autossh/ssh/key_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct KeyLook {
    std::string path = {};
    bool is_named = false;  ///< by -i or the configuration: not one of ssh's defaults
    bool exists = false;
    std::string trouble = {};  ///< why it cannot be read: "Permission denied"; empty: it can
    bool too_open = false;     ///< others may read it, so ssh does not take it
    bool is_public = false;    ///< it is the public part
    KeyProtection protection = KeyProtection::unknown;
    bool in_agent = false;         ///< its public part is there, and the agent has it
    bool has_secret = false;       ///< a secret of the tunnel's is for it, or for anything
    std::string certificate = {};  ///< its path; empty: it has none
    std::optional<Validity> validity = {};
};

struct AgentLook {
    std::string socket = {};  ///< empty: none is configured
    bool answers = false;
    std::size_t keys = 0;
    bool at_boot = true;  ///< false: it is one of a log-in of the user's, and the tunnel starts without him
};

struct KeysLook {
    std::vector<KeyLook> keys = {};
    AgentLook agent = {};
    bool agent_counts = true;  ///< false: IdentitiesOnly, and nothing of it is named
    bool other_ways = false;   ///< a password from a secret, a ticket, a token
    bool is_known = true;      ///< false: keys are not used, or the log-in is another program's
    std::uint64_t now = 0;     ///< seconds since 1970
};

Findings key_findings(const KeysLook& look);

}  // namespace autossh
