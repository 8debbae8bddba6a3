#include "autossh/ctl/watch_model.hpp"

#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

void WatchModel::take(std::vector<SeenDaemon> found, WallTime now)
{
    daemons_.take(std::move(found), now);
    is_stale_ = true;
}

void WatchModel::take(pid_t pid, const StateEvent& event, WallTime now)
{
    daemons_.take(pid, event, now);
    is_stale_ = true;
}

void WatchModel::note_silence(pid_t pid, WallTime now)
{
    daemons_.note_silence(pid, now);
    is_stale_ = true;
}

void WatchModel::settle()
{
    if (is_stale_)
        choose();
}

void WatchModel::choose()
{
    is_stale_ = false;
    list_.set_rows(watch_rows(daemons_.all(), choice_));
    longest_name_ = 0;
    for (const WatchRow& row : list_.rows())
        longest_name_ = std::max(longest_name_, screen_width(fit_for_screen(row.name)));
}

void WatchModel::set_filter(std::string text)
{
    filter_ = std::move(text);
    choice_.filter = WatchFilter(filter_);
    choose();
}

void WatchModel::show(WatchText text)
{
    text_ = std::move(text);
    view_ = View::text;
}

std::string WatchModel::question() const
{
    return asked_ ? watch_question(daemons_.all(), *asked_) + " [y/N]" : "";
}

WatchOrder WatchModel::order_for(CtlVerb verb) const
{
    if (verb != CtlVerb::logs && verb != CtlVerb::status) {
        WatchOrder order = watch_order(daemons_.all(), list_.meant(), verb);
        order.is_chosen = list_.is_chosen();
        return order;
    }
    const WatchRow* const row = list_.current();
    return watch_order(daemons_.all(), {row, row == nullptr ? 0U : 1U}, verb);
}

WatchWish WatchModel::ask_or_do(WatchOrder order)
{
    message_ = watch_obstacle(daemons_.all(), order);
    if (!message_.empty())
        return {};
    if (!watch_question(daemons_.all(), order).empty()) {
        asked_ = std::move(order);
        return {};
    }
    list_.clear_marks();
    return {WatchWish::What::order, std::move(order)};
}

void WatchModel::step_back()
{
    if (list_.has_marks())
        list_.clear_marks();
    else
        set_filter("");
}

}  // namespace autossh
