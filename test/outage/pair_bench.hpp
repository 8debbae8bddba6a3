#pragma once

#include "outage/bench_options.hpp"

namespace autossh_test::outage {

/// Prints what each fault does to a tunnel with a -L and a -R. True: a bound is broken.
bool bench_pairs(const BenchOptions& options);

}  // namespace autossh_test::outage
