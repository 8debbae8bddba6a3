// Which tunnels somebody means. Pure.
#pragma once

#include "autossh/control/target.hpp"

#include <span>
#include <string>
#include <vector>

namespace autossh {

/// Those that some of the patterns mean.
struct Selection {
    std::vector<std::string> names;    ///< in the order of the labels, each once
    std::vector<std::string> strange;  ///< patterns that mean none
};

/// A pattern is a name, one with * ? [ as of glob(7), or @GROUP, whose GROUP may have them, too. A name that
/// is there is meant even where it looks like a pattern.
Selection selected(std::span<const TunnelLabel> labels, std::span<const std::string> patterns);

}  // namespace autossh
