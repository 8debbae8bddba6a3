#include "autossh/base/log_ring.hpp"

#include <algorithm>
#include <iterator>

namespace autossh {

namespace {

/// It grows by steps: by doubling, half of it would be empty.
constexpr std::size_t step = 64;

}  // namespace

void LogRing::add(std::string_view line)
{
    line = line.substr(0, std::min(line.find('\n'), most_bytes / 4));
    const std::size_t size = line.size() + 1;
    while (lines_ == most_lines || text_.size() + size > most_bytes)
        forget_first();
    if (const std::size_t needed = text_.size() + size; needed > text_.capacity())
        text_.reserve((needed + step - 1) / step * step);
    text_.insert(text_.end(), line.begin(), line.end());
    text_.push_back('\n');
    ++lines_;
}

void LogRing::forget_first()
{
    text_.erase(text_.begin(), std::next(std::ranges::find(text_, '\n')));
    --lines_;
}

std::vector<std::string> LogRing::last(std::size_t most) const
{
    std::vector<std::string> lines;
    std::size_t skipped = lines_ - std::min(lines_, most);
    for (auto begin = text_.begin(); begin != text_.end();) {
        const auto end = std::find(begin, text_.end(), '\n');
        if (skipped > 0)
            --skipped;
        else
            lines.emplace_back(begin, end);
        begin = std::next(end);
    }
    return lines;
}

}  // namespace autossh
