// The list of autosshctl watch: where it is scrolled to, which row is current, which are marked. Pure.
#pragma once

#include "autossh/ctl/watch_rows.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace autossh {

/// The current row is the first one, whichever that is, until a person moves: then it stays the same tunnel
/// wherever it is sorted to, up to move_to_first().
class WatchList {
public:
    void set_rows(std::vector<WatchRow> rows);
    const std::vector<WatchRow>& rows() const { return rows_; }

    /// To be called before it is shown, with the rows that there is room for: from now on the current row is
    /// the one that a person sees as such.
    void fit(std::size_t page);
    std::size_t top() const { return top_; }
    /// Null: there is none, or it has gone since it was shown.
    const WatchRow* current() const;
    bool is_current(const WatchRow& row) const { return row.key == shown_; }

    /// Down, or up with less than 0; no further than there are rows.
    void move(std::ptrdiff_t rows);
    void move_to_first();
    void move_to_last();

    bool is_marked(const WatchRow& row) const { return marked_.contains(row.key); }
    bool has_marks() const { return !marked_.empty(); }
    void toggle_mark();
    /// All rows, or none where all are.
    void toggle_all_marks();
    void clear_marks() { marked_.clear(); }
    /// A person has moved to the current row, or it is the only one, or there are marks.
    bool is_chosen() const { return has_marks() || !held_.empty() || rows_.size() == 1; }
    /// The marked rows, or else the current one.
    std::vector<WatchRow> meant() const;

private:
    std::size_t index_of(const std::string& key) const;

    std::vector<WatchRow> rows_;
    std::string held_;   ///< key of the current row; empty: the first
    std::string shown_;  ///< of the row that was shown as the current one
    std::size_t index_ = 0;
    std::size_t top_ = 0;
    std::set<std::string> marked_;
};

}  // namespace autossh
