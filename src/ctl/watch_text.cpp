#include "autossh/ctl/watch_text.hpp"

#include "autossh/ctl/screen_text.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr std::size_t most_text_lines = 2000;
constexpr std::string_view indent = "  ";

/// As many bytes as fit, up to a blank if there is one.
std::size_t piece_of(std::string_view text, std::size_t columns)
{
    const std::size_t fits = bytes_within(text, columns);
    if (fits >= text.size())
        return text.size();
    const std::size_t blank = text.substr(0, fits + 1).rfind(' ');
    return blank == text.npos || blank == 0 ? std::max<std::size_t>(fits, 1) : blank;
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, std::size_t columns)
{
    columns = std::max<std::size_t>(columns, 2);
    std::vector<std::string> pieces;
    std::string before;
    do {
        const std::size_t size = piece_of(text, columns - before.size());
        pieces.push_back(before + std::string(text.substr(0, size)));
        text.remove_prefix(size);
        if (text.starts_with(' '))
            text.remove_prefix(1);
        before = columns > 8 ? indent : "";
    } while (!text.empty());
    return pieces;
}

void WatchText::add(std::string line)
{
    lines_.push_back(std::move(line));
    if (lines_.size() <= most_text_lines)
        return;
    lines_.pop_front();
    top_ -= std::min<std::size_t>(top_, 1);  // what is being read stays where it is
}

std::vector<std::string> WatchText::page(std::size_t rows, std::size_t columns)
{
    std::vector<std::string> all;
    for (const std::string& line : lines_)
        for (std::string& piece : wrapped(fit_for_screen(line), columns))
            all.push_back(std::move(piece));
    lowest_ = all.size() > rows ? all.size() - rows : 0;
    top_ = is_at_end_ ? lowest_ : std::min(top_, lowest_);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(top_);
    const auto shown = static_cast<std::ptrdiff_t>(std::min(rows, all.size() - top_));
    return {begin, begin + shown};
}

void WatchText::scroll(std::ptrdiff_t rows)
{
    const auto to = static_cast<std::ptrdiff_t>(top_) + rows;
    top_ = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(lowest_)));
    is_at_end_ = follows_ && top_ == lowest_;
}

void WatchText::scroll_to_begin()
{
    top_ = 0;
    is_at_end_ = false;
}

void WatchText::scroll_to_end()
{
    top_ = lowest_;
    is_at_end_ = follows_;
}

}  // namespace autossh
