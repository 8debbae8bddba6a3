#include "autossh/doctor/rival_check.hpp"

#include "autossh/ssh/listening_places.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

std::string rival_in_words(const OtherClient& other)
{
    if (other.keeper.empty())
        return fmt::format("another ssh (pid {})", other.pid);
    return fmt::format("another {} (pid {})", other.keeper, other.keeper_pid);
}

}  // namespace

Findings rival_findings(const std::vector<std::string>& claims, const std::vector<OtherClient>& others)
{
    Findings findings;
    for (const OtherClient& other : others)
        for (const std::string& claim : claims)
            for (const std::string& its : other.claims)
                if (overlap(claim, its)) {
                    const pid_t pid = other.keeper.empty() ? other.pid : other.keeper_pid;
                    findings.push_back(
                        failing("rival", fmt::format("{} has {}", rival_in_words(other), claim_in_words(its)),
                                fmt::format("end it (kill {}), or take another port here", pid)));
                    break;
                }
    return findings;
}

}  // namespace autossh
