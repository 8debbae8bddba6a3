#include "autossh/ctl/watch_list.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace autossh {

void WatchList::set_rows(std::vector<WatchRow> rows)
{
    rows_ = std::move(rows);
}

std::size_t WatchList::index_of(const std::string& key) const
{
    return static_cast<std::size_t>(std::ranges::find(rows_, key, &WatchRow::key) - rows_.begin());
}

void WatchList::fit(std::size_t page)
{
    if (rows_.empty()) {
        shown_.clear();
        index_ = top_ = 0;
        return;
    }
    const std::size_t last = rows_.size() - 1;
    const std::size_t held = held_.empty() ? 0 : index_of(held_);
    index_ = held <= last ? held : std::min(index_, last);  // it has gone: its neighbour
    if (!held_.empty())
        held_ = rows_[index_].key;
    shown_ = rows_[index_].key;
    page = std::max<std::size_t>(page, 1);
    const std::size_t lowest_top = rows_.size() > page ? rows_.size() - page : 0;
    top_ = std::min({top_, lowest_top, index_});
    if (index_ >= top_ + page)
        top_ = index_ + 1 - page;
}

const WatchRow* WatchList::current() const
{
    const std::size_t index = index_of(shown_);
    return index < rows_.size() ? &rows_[index] : nullptr;
}

void WatchList::move(std::ptrdiff_t rows)
{
    if (rows_.empty())
        return;
    const std::size_t found = index_of(shown_);
    const auto last = static_cast<std::ptrdiff_t>(rows_.size()) - 1;
    const auto from = static_cast<std::ptrdiff_t>(found < rows_.size() ? found : index_);
    const std::ptrdiff_t to = std::clamp<std::ptrdiff_t>(from + rows, 0, last);
    held_ = rows_[static_cast<std::size_t>(to)].key;
    shown_ = held_;
}

void WatchList::move_to_first()
{
    move(-static_cast<std::ptrdiff_t>(rows_.size()));
    held_.clear();
}

void WatchList::move_to_last()
{
    move(static_cast<std::ptrdiff_t>(rows_.size()));
}

void WatchList::toggle_mark()
{
    const WatchRow* const row = current();
    if (row != nullptr && marked_.erase(row->key) == 0)
        marked_.insert(row->key);
}

void WatchList::toggle_all_marks()
{
    const bool all = std::ranges::all_of(rows_, [this](const WatchRow& row) { return is_marked(row); });
    for (const WatchRow& row : rows_)
        if (all)
            marked_.erase(row.key);
        else
            marked_.insert(row.key);
}

std::vector<WatchRow> WatchList::meant() const
{
    std::vector<WatchRow> meant;
    std::ranges::copy_if(rows_, std::back_inserter(meant),
                         [this](const WatchRow& row) { return is_marked(row); });
    if (const WatchRow* const row = current(); row != nullptr && !has_marks())
        meant.push_back(*row);
    return meant;
}

}  // namespace autossh
