#pragma once

#include "outage/bench_options.hpp"

namespace autossh_test::outage {

/// Prints how long a command by ssh takes during each fault, over the connection that a tunnel shares,
/// over one that 1.4g's ssh was told to share, and without either. True: one beside ours never ended.
bool bench_riders(const BenchOptions& options);

}  // namespace autossh_test::outage
