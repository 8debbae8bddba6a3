// Whether there is an ssh, which one it is, and whether it takes the words and the configuration. Pure.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/doctor/finding.hpp"

#include <string>

namespace autossh {

struct ClientLook {
    std::string file = {};      ///< as it is named
    bool by_variable = false;   ///< by AUTOSSH_PATH or --ssh
    std::string path = {};      ///< of the program; empty: there is none
    std::string version = {};   ///< "OpenSSH_9.2p1"; empty: it is no OpenSSH
    bool is_asked = false;      ///< what it will do: false of a program that might connect instead
    bool has_answered = false;  ///< as OpenSSH's does
    Failure complaint = {};     ///< what it says instead
};

Findings client_findings(const ClientLook& look);

}  // namespace autossh
