// Which tunnels autosshctl watch shows, by the words that a person types. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// autosshctl(1), "Watch". All words must fit: `state:` the beginning of a state or a health, `@` a group or
/// a pattern of some, `host:` a part of the host or of the server, and else a part of the name, the
/// description or the cause. Capitals do not count, and a word that is not ended (`state:`) fits all.
class WatchFilter {
public:
    WatchFilter() = default;
    explicit WatchFilter(std::string_view text);

    /// `shown_name`: as the list has it.
    bool fits(const TunnelFacts& tunnel, std::string_view shown_name) const;
    bool is_empty() const { return words_.empty(); }

private:
    std::vector<std::string> words_;
};

}  // namespace autossh
