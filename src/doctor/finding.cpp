#include "autossh/doctor/finding.hpp"

#include <algorithm>

namespace autossh {

Findings merged(Findings findings)
{
    Findings result;
    for (Finding& finding : findings) {
        const auto same = std::ranges::find_if(result, [&](const Finding& other) {
            return other.grade == finding.grade && other.thing == finding.thing &&
                   other.text == finding.text && other.remedy == finding.remedy &&
                   other.tunnels.empty() == finding.tunnels.empty();
        });
        if (same == result.end()) {
            result.push_back(std::move(finding));
            continue;
        }
        for (std::string& tunnel : finding.tunnels)
            if (std::ranges::find(same->tunnels, tunnel) == same->tunnels.end())
                same->tunnels.push_back(std::move(tunnel));
    }
    std::ranges::stable_sort(result, std::greater<>(), &Finding::grade);
    return result;
}

int exit_status(const Findings& findings)
{
    Grade worst = Grade::ok;
    for (const Finding& finding : findings)
        worst = std::max(worst, finding.grade);
    return static_cast<int>(worst);
}

}  // namespace autossh
