#pragma once

#include "outage/contestants.hpp"
#include "outage/faults.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace autossh_test::outage {

/// A mistake on the command line.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What the bench is asked for.
struct BenchOptions {
    std::vector<const Contestant*> contestants;  ///< none given: all
    std::vector<const Fault*> faults;            ///< likewise
    int runs = 1;
    int jobs = 1;  ///< labs at once
    int patience = 240;
    bool lists = false;
    bool pairs = false;   ///< -L and -R in one tunnel
    bool riders = false;  ///< who use the connection of a tunnel
    bool shows_logs = false;

    static const char* const usage;
};

BenchOptions read_bench_options(const std::vector<std::string>& words);

}  // namespace autossh_test::outage
