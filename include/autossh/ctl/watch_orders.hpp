// What autosshctl watch tells tunnels to do, and how a person would do the same by a command. Pure.
#pragma once

#include "autossh/ctl/options.hpp"
#include "autossh/ctl/watch_rows.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Tunnels of one process.
struct WatchPart {
    pid_t pid = 0;
    std::vector<std::string> tunnels = {};
};

/// What is to be done about them, or shown.
struct WatchOrder {
    CtlVerb verb = CtlVerb::status;  ///< of an order; logs; status: details
    std::vector<WatchPart> parts = {};
    std::size_t tunnels = 0;  ///< in all parts
    bool is_chosen = true;    ///< false: it is the first one of the list, which may just have changed
};

WatchOrder watch_order(std::span<const WatchedDaemon> daemons, std::span<const WatchRow> rows, CtlVerb verb);

/// Why it cannot be done; empty: it can.
std::string watch_obstacle(std::span<const WatchedDaemon> daemons, const WatchOrder& order);

/// What a person is asked before; empty: nothing, it is about one tunnel alone that a person has chosen, or
/// does no harm.
std::string watch_question(std::span<const WatchedDaemon> daemons, const WatchOrder& order);

/// The command lines that do the same, for a shell.
std::vector<std::string> watch_commands(std::span<const WatchedDaemon> daemons, const WatchOrder& order);

/// "db, web and 3 more"
std::string some_of(std::span<const std::string> names, std::size_t most);

}  // namespace autossh
