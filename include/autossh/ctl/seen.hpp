// The autosshs that run, as they were found. Plain data, and what it comes to. Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/system/private_directory.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// One process.
struct SeenDaemon {
    DaemonFacts facts = {};    ///< of one that has not answered, its pid alone
    bool takes_orders = true;  ///< false: it is an older one, that has a status and no control socket
    std::string trouble = {};  ///< why it has not answered: "does not answer: is it stopped?"; empty: it has
    PrivateDirectory::Found at = {};  ///< its directory

    bool is_fleet() const { return facts.kind == "fleet"; }
};

/// What an older autossh tells: its name, its pid, 0 up to 2 down, and its state in words.
SeenDaemon older_daemon(const std::string& name, pid_t pid, int health, const std::string& words,
                        WallTime now);

/// Those that -D means: by name or pid. Empty: all.
std::vector<SeenDaemon> meant_daemons(std::vector<SeenDaemon> daemons, std::string_view daemon);

/// "fleet "laptop" (pid 4242)", "autossh (pid 812)"
std::string in_words(const SeenDaemon& daemon);

}  // namespace autossh
