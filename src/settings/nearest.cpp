#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace autossh {

namespace {

/// Levenshtein's distance: how many letters must be typed, deleted or changed.
std::size_t distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> known)
{
    if (known.empty())
        return std::nullopt;
    const std::string_view found =
        *std::ranges::min_element(known, {}, [&](std::string_view one) { return distance(word, one); });
    if (distance(word, found) > std::max<std::size_t>(2, word.size() / 3))
        return std::nullopt;
    return found;
}

}  // namespace autossh
