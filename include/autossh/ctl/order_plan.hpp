// Whom an order goes to. Pure.
#pragma once

#include "autossh/ctl/seen.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// The tunnels of one process.
struct OrderPart {
    std::size_t daemon = 0;  ///< of those that were given
    std::vector<std::string> tunnels = {};
};

struct OrderPlan {
    std::vector<OrderPart> parts = {};
    std::vector<std::string> strange = {};    ///< patterns that mean none
    std::vector<std::string> ambiguous = {};  ///< names that stand in several processes
    std::size_t tunnels = 0;                  ///< in all parts
};

/// `patterns`: as selected() takes them; none: all tunnels. What has not answered has none.
OrderPlan order_plan(std::span<const SeenDaemon> daemons, std::span<const std::string> patterns);

/// The processes with the tunnels that are meant alone; those without any are left out, but for ones that
/// have not answered. Without patterns: all.
std::vector<SeenDaemon> with_meant_tunnels(std::span<const SeenDaemon> daemons,
                                           std::span<const std::string> patterns);

/// "no tunnel has the name "ofice"; did you mean "office"?"
std::string no_such_tunnel(std::span<const SeenDaemon> daemons, const std::string& pattern);

/// The names in pieces that each fit into a request.
std::vector<std::vector<std::string>> in_requests(const std::vector<std::string>& tunnels);

}  // namespace autossh
