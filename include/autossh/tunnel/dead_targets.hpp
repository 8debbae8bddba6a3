// The targets of forwards that could not be reached in a session, so that each reason is told once. Pure.
#pragma once

#include <cstddef>
#include <set>
#include <string>

namespace autossh {

class DeadTargets {
public:
    /// `reason`: in words; empty: none. False: it was there before, or there were too many: the server words
    /// them, and a session may last for years.
    bool is_new(const std::string& reason)
    {
        constexpr std::size_t most = 64;
        return !reason.empty() && told_.size() < most && told_.insert(reason).second;
    }

private:
    std::set<std::string> told_;
};

}  // namespace autossh
