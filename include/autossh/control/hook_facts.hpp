// The calls of hooks of a process, since it has started. Plain data.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace autossh {

struct HookFailureCount {
    std::string reason;  ///< "start", "exit", "signal", "timeout", "queue"
    std::uint64_t number = 0;

    bool operator==(const HookFailureCount&) const = default;
};

struct HookFacts {
    std::uint64_t calls = 0;
    std::uint64_t running = 0;  ///< now
    std::uint64_t queued = 0;
    std::vector<HookFailureCount> failures = {};  ///< each reason once; empty: there is no hook

    bool operator==(const HookFacts&) const = default;
};

}  // namespace autossh
