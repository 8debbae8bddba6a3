#include "autossh/ctl/health.hpp"

#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t most_names = 5;
constexpr std::array<std::string_view, 3> level_names{"OK", "WARNING", "CRITICAL"};

bool exceeds(std::size_t down, std::size_t wanted, const HealthLimit& limit)
{
    const auto number = static_cast<double>(down);
    return limit.is_percent ? number * 100 > limit.value * static_cast<double>(wanted) : number > limit.value;
}

std::size_t level(const HealthCounts& counts, const std::optional<HealthLimit>& warning,
                  const std::optional<HealthLimit>& critical)
{
    if (!warning && !critical)
        return static_cast<std::size_t>(counts.exit_status());
    if (critical && exceeds(counts.down, counts.wanted(), *critical))
        return 2;
    return warning && exceeds(counts.down, counts.wanted(), *warning) ? 1 : 0;
}

/// A line of a plugin has its numbers behind the first |.
std::string without_bar(std::string text)
{
    std::ranges::replace(text, '|', '/');
    return text;
}

std::string those_not_up(std::span<const SeenDaemon> daemons)
{
    std::vector<std::string> names;
    for (const std::string_view wanted : {"down", "impaired"})
        for (const SeenDaemon& daemon : daemons) {
            if (wanted == "down" && !daemon.trouble.empty())
                names.push_back(fmt::format("pid {} ({})", daemon.facts.pid, daemon.trouble));
            for (const TunnelFacts& tunnel : daemon.facts.tunnels)
                if (tunnel.health == wanted)
                    names.push_back(fmt::format("{} ({})", tunnel.name, tunnel.state));
        }
    std::string words;
    for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i)
        words += fmt::format("{}{}", words.empty() ? ": " : ", ", names[i]);
    if (names.size() > most_names)
        words += fmt::format(" and {} more", names.size() - most_names);
    return without_bar(fit_for_screen(words));
}

}  // namespace

HealthResult health_of(std::span<const SeenDaemon> daemons, const std::optional<HealthLimit>& warning,
                       const std::optional<HealthLimit>& critical)
{
    if (daemons.empty())
        return {"UNKNOWN - no autossh runs", 3};
    const HealthCounts counts = counts_of(daemons);
    const std::size_t found = level(counts, warning, critical);
    return {fmt::format("{} - {} of {} up{} | up={} degraded={} down={}", level_names.at(found), counts.up,
                        counts.wanted(), found == 0 ? "" : those_not_up(daemons), counts.up, counts.impaired,
                        counts.down),
            static_cast<int>(found)};
}

}  // namespace autossh
