#include "autossh/rules/sharing.hpp"

#include <fmt/core.h>

namespace autossh {

bool may_be_offered(const MasterFacts& facts)
{
    const bool is_well =
        facts.state == State::authenticated || facts.state == State::up || facts.state == State::degraded;
    return is_well && facts.has_its_socket && !facts.is_stopped && !facts.is_silent;
}

PathStep step_at(AtPath what)
{
    switch (what) {
    case AtPath::nothing: return PathStep::make;
    case AtPath::our_link: return PathStep::keep;
    case AtPath::old_link:
    case AtPath::dead_socket: return PathStep::replace;
    case AtPath::answered: return PathStep::wait;
    case AtPath::strange: return PathStep::leave;
    }
    return PathStep::leave;
}

std::string sharing_in_words(bool is_offered, std::size_t users)
{
    const std::string sessions = fmt::format("{} session{}", users, users == 1 ? "" : "s");
    if (users == 0)
        return is_offered ? "shared" : "";
    return is_offered ? fmt::format("shared with {}", sessions)
                      : fmt::format("{} {} it", sessions, users == 1 ? "shares" : "share");
}

}  // namespace autossh
