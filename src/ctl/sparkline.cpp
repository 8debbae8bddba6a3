#include "autossh/ctl/sparkline.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 8> bars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr std::string_view plain_bars = ".:-=+*#%";

}  // namespace

std::string sparkline(std::span<const std::optional<Seconds>> recent, bool utf8)
{
    recent = recent.last(std::min(recent.size(), sparkline_width));
    double longest = 0;
    double shortest = std::numeric_limits<double>::infinity();
    for (const std::optional<Seconds>& one : recent) {
        longest = std::max(longest, one ? one->count() : 0);
        shortest = std::min(shortest, one ? one->count() : shortest);
    }
    const double full = std::max(longest, 2 * shortest);
    std::string line(sparkline_width - recent.size(), ' ');
    for (const std::optional<Seconds>& one : recent) {
        if (!one) {
            line += ' ';
            continue;
        }
        const double part = full > 0 ? one->count() / full : 0;
        const auto eighths = static_cast<int>(part * static_cast<double>(bars.size()) + 0.5) - 1;
        const auto height = static_cast<std::size_t>(std::clamp(eighths, 0, 7));
        line += utf8 ? bars[height] : plain_bars.substr(height, 1);
    }
    return line;
}

}  // namespace autossh
