// What is news of one tunnel beside its outages, as it is seen again and again: that it needs a person, has
// been given up, and how its forwards are. Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/hook/news.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// What all news of a tunnel have in common. `before`: the state before this one, or empty.
HookNews news_of(const TunnelFacts& facts, std::string_view before, WallTime at);

class TunnelNews {
public:
    /// Only what was not so when it was seen before: the gravest first, of forwards last.
    std::vector<HookNews> see(const TunnelFacts& facts, std::string_view before, WallTime now);

private:
    bool needs_person_ = false;
    bool has_given_up_ = false;
    std::set<std::string> refused_;               ///< forwards
    std::map<std::string, std::uint16_t> ports_;  ///< that the server has allocated
};

}  // namespace autossh
