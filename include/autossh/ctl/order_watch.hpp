// --wait of autosshctl: looks until an order has come about.
#pragma once

#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/seen.hpp"

#include <vector>

namespace autossh {

/// The tunnels of one process that were told, as they were before.
struct ObeyingPart {
    SeenDaemon daemon;
    std::vector<TunnelFacts> tunnels;
};

/// Not longer than the command says. What has not come about is told. Returns the exit status.
int wait_for_order(const CtlCommand& command, const std::vector<ObeyingPart>& obeying);

}  // namespace autossh
