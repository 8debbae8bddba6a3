// Calls of hooks that have failed: how many, and which of them are news. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace autossh {

enum class HookFailure {
    start,    ///< its program could not be run
    exit,     ///< it ended with another status than 0
    signal,   ///< a signal has ended it, none of ours
    timeout,  ///< we have ended it
    queue,    ///< too many calls waited
};

/// "start" …: a label of a metric.
std::string_view name(HookFailure failure);

class HookFailures {
public:
    /// Returns whether it is news: the last call of this hook did not fail so.
    bool note(const std::string& hook, HookFailure failure);
    /// A call has worked. Returns how many had failed before it, since the last one that worked.
    std::uint64_t note_success(const std::string& hook);
    /// Of all hooks, each kind.
    std::vector<HookFailureCount> counts() const;

private:
    static constexpr std::size_t kinds = 5;
    struct Row {
        HookFailure last = HookFailure::exit;
        std::uint64_t number = 0;
    };

    std::array<std::uint64_t, kinds> counts_{};
    std::map<std::string, Row, std::less<>> rows_;  ///< of those whose last call has failed
};

}  // namespace autossh
