// The targets of forwards that could not be reached in a session: each reason is told once, its repeats are
// counted. Pure.
#pragma once

#include "autossh/base/time.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

class DeadTargets {
public:
    /// The server words them, and a session may last for years.
    static constexpr std::size_t most = 64;

    struct Repeats {
        std::string reason;
        std::size_t uses;  ///< that have failed since it was told last
    };

    /// `reason`: in words.
    bool is_told(const std::string& reason) const { return targets_.contains(reason); }

    /// One more use has failed. True: it is the first of this reason, and to be told; never of more than
    /// `most`.
    bool note(const std::string& reason, Time now)
    {
        if (const auto found = targets_.find(reason); found != targets_.end()) {
            ++found->second.uses;
            return false;
        }
        return targets_.size() < most && targets_.emplace(reason, Uses{.told_at = now}).second;
    }

    /// Those with repeats that were told `interval` ago or earlier: to be told now.
    std::vector<Repeats> take_repeats(Time now, Duration interval)
    {
        std::vector<Repeats> repeats;
        for (auto& [reason, of] : targets_) {
            if (of.uses == 0 || now - of.told_at < interval)
                continue;
            repeats.push_back({reason, std::exchange(of.uses, 0)});
            of.told_at = now;
        }
        return repeats;
    }

private:
    struct Uses {
        std::size_t uses = 0;
        Time told_at;
    };
    std::map<std::string, Uses> targets_;
};

}  // namespace autossh
