// Whether an order has come about: --wait of autosshctl. Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/ctl/options.hpp"

#include <string>

namespace autossh {

enum class OrderProgress {
    under_way,
    reached,
    in_vain,  ///< it will not come about: it has given up
};

/// `before`: of the tunnel, when the order was given.
OrderProgress order_progress(CtlVerb order, const TunnelFacts& before, const TunnelFacts& now);

/// "office: waiting: refused by 192.0.2.1 port 22; try 3"
std::string progress_in_words(const TunnelFacts& tunnel, WallTime now);

}  // namespace autossh
