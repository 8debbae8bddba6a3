// What the words for ssh themselves say, before anything is asked. Pure.
#pragma once

#include <set>
#include <span>
#include <string>

namespace autossh {

struct SshChoices {
    std::string configuration;      ///< the file of -F; empty: not given
    std::set<std::string> options;  ///< names given with -o, in lower case, Debian's aliases resolved
    bool log_level = false;         ///< -v, -q or -o LogLevel
    bool verbose = false;           ///< -v, or -o LogLevel=VERBOSE or DEBUG
    bool log_file = false;          ///< -E, or -y (syslog), which ssh refuses beside -E
    bool multiplexing = false;      ///< -M, -S, -O, or -o ControlMaster, ControlPath, ControlPersist
    bool no_session = false;        ///< -N, -W, -O or -o SessionType=none
    bool forwards_stdio = false;    ///< -W
    bool has_command = false;       ///< a remote command or a subsystem, also -o RemoteCommand
};

/// Goes through `words`, ssh's arguments without argv[0], by ssh's own grammar.
SshChoices choices_of(std::span<const std::string> words);

/// Manual, "Log": whether our standard streams are those of a remote command, a subsystem, or a host behind
/// the server (-W). A program that has started us reads them.
bool serves_program(const SshChoices& choices);

}  // namespace autossh
