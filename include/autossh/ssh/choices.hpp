// What the words for ssh themselves say, before anything is asked. Pure.
#pragma once

#include "autossh/base/command.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// What the words say of a connection that several ssh share.
enum class Sharing {
    unasked,
    off,      ///< no control path: -S none, -o ControlPath=none
    by_path,  ///< where a control path is set, here or in the configuration; ControlMaster=no uses it, too
    certain,  ///< -O
};

struct SshChoices {
    std::string configuration;            ///< the file of -F; empty: not given
    std::vector<std::string> identities;  ///< the files of -i
    std::set<std::string> options;        ///< names given with -o, in lower case, Debian's aliases resolved
    bool quiet = false;                   ///< -q
    bool verbose = false;                 ///< -v, or -o LogLevel=DEBUG
    bool log_file = false;                ///< -E, or -y (syslog), which ssh refuses beside -E
    Sharing sharing = Sharing::unasked;   ///< by -M, -S, -O, or -o ControlMaster, ControlPath, ControlPersist
    bool no_session = false;              ///< -N, -W, -O or -o SessionType=none
    bool forwards_stdio = false;          ///< -W
    bool subsystem = false;               ///< -s
    bool has_percent = false;             ///< in the program's name
    bool has_command = false;             ///< a remote command or a subsystem, also -o RemoteCommand
    std::size_t options_end = 0;  ///< how many words stand before the destination and a "--" before it
};

/// Goes through `words`, ssh's arguments without argv[0], by ssh's own grammar.
SshChoices choices_of(std::span<const std::string> words);
SshChoices choices_of(const Command& ssh);

/// Whether ssh may use another ssh's connection, or give its own away, where its configuration is not known.
bool may_be_shared(const SshChoices& choices);

/// Manual, "Log": whether our standard streams are those of a remote command, a subsystem, or a host behind
/// the server (-W). A program that has started us reads them.
bool serves_program(const SshChoices& choices);

}  // namespace autossh
