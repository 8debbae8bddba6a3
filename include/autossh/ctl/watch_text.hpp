// A text in autosshctl watch that is scrolled: details, a log, the help. Pure.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// `text` in pieces of at most `columns`, at blanks where that is possible; the pieces behind the first are
/// indented by two where there is room. `text` is as fit_for_screen() leaves it. Never empty.
std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

class WatchText {
public:
    /// `follows`: it shows its end, as long as nobody scrolls up.
    explicit WatchText(std::string title = {}, bool follows = false)
        : title_(std::move(title)), follows_(follows), is_at_end_(follows)
    {}

    const std::string& title() const { return title_; }
    void set(const std::vector<std::string>& lines) { lines_.assign(lines.begin(), lines.end()); }
    /// Of more than 2,000 the oldest go.
    void add(std::string line);
    bool is_empty() const { return lines_.empty(); }

    /// Lines to be shown on a page of this size.
    std::vector<std::string> page(std::size_t rows, std::size_t columns);
    void scroll(std::ptrdiff_t rows);
    void scroll_to_begin();
    void scroll_to_end();

private:
    std::string title_;
    bool follows_;
    bool is_at_end_;
    std::deque<std::string> lines_;
    std::size_t top_ = 0;     ///< of the wrapped lines
    std::size_t lowest_ = 0;  ///< it can be, as it was shown last
};

}  // namespace autossh
