// The part of WatchModel that keys go to.
#include "autossh/base/text.hpp"
#include "autossh/ctl/watch_help.hpp"
#include "autossh/ctl/watch_model.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

using Name = WatchKey::Name;

/// How far a key moves; nothing: it does not.
std::optional<std::ptrdiff_t> movement(const WatchKey& key, std::size_t page)
{
    const auto whole = static_cast<std::ptrdiff_t>(page > 1 ? page - 1 : 1);
    switch (key.name) {
    case Name::up: return -1;
    case Name::down: return 1;
    case Name::page_up: return -whole;
    case Name::page_down: return whole;
    case Name::character: break;
    default: return std::nullopt;
    }
    if (key.text == "k")
        return -1;
    return key.text == "j" ? std::optional<std::ptrdiff_t>(1) : std::nullopt;
}

void remove_last_character(std::string& text)
{
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
        text.pop_back();
    if (!text.empty())
        text.pop_back();
}

}  // namespace

WatchWish WatchModel::press(const WatchKey& key, std::size_t page)
{
    settle();
    message_.clear();
    WatchWish wish = press_there(key, page);
    list_.fit(page);  // whoever types ahead knows what his keys do
    return wish;
}

WatchWish WatchModel::press_there(const WatchKey& key, std::size_t page)
{
    if (key.name == Name::redraw)
        return {};
    if (asked_)
        return answer(key);
    if (is_typing_)
        return press_while_typing(key);
    if (awaits_command_)
        return press_for_command(key);
    return view_ == View::text ? press_in_text(key, page) : press_in_list(key, page);
}

WatchWish WatchModel::answer(const WatchKey& key)
{
    WatchOrder order = std::move(*asked_);
    asked_.reset();
    if (key.text != "y" && key.text != "Y") {
        message_ = "nothing is done";
        return {};
    }
    // It may have gone while the question was there.
    message_ = watch_obstacle(daemons_.all(), order);
    if (!message_.empty())
        return {};
    list_.clear_marks();
    return {WatchWish::What::order, std::move(order)};
}

WatchWish WatchModel::press_while_typing(const WatchKey& key)
{
    switch (key.name) {
    case Name::enter: is_typing_ = false; break;
    case Name::escape:
        is_typing_ = false;
        set_filter(filter_before_);
        break;
    case Name::backspace: {
        std::string text = filter_;
        remove_last_character(text);
        set_filter(std::move(text));
        break;
    }
    case Name::character: set_filter(filter_ + key.text); break;
    default: break;
    }
    return {};
}

WatchWish WatchModel::press_for_command(const WatchKey& key)
{
    awaits_command_ = false;
    auto verb = verb_of_watch_key(key.text);
    if (key.name == Name::enter)
        verb = CtlVerb::status;
    if (!verb)
        return {};
    const WatchOrder order = order_for(*verb);
    const std::vector<std::string> commands = watch_commands(daemons_.all(), order);
    if (commands.empty()) {
        message_ = "there is no tunnel in the list";
        return {};
    }
    commands_.insert(commands_.end(), commands.begin(), commands.end());
    WatchText text(commands.size() == 1 ? "the command that does the same" : "the commands that do the same");
    text.set(commands);
    show(std::move(text));
    return {};
}

WatchWish WatchModel::press_in_text(const WatchKey& key, std::size_t page)
{
    if (const auto rows = movement(key, page))
        text_.scroll(*rows);
    else if (key.name == Name::home)
        text_.scroll_to_begin();
    else if (key.name == Name::end)
        text_.scroll_to_end();
    else if (key.name == Name::escape || key.name == Name::enter || key.name == Name::backspace ||
             key.text == "q")
        view_ = View::list;
    return {};
}

WatchWish WatchModel::press_in_list(const WatchKey& key, std::size_t page)
{
    if (const auto rows = movement(key, page)) {
        list_.move(*rows);
        return {};
    }
    switch (key.name) {
    case Name::home: list_.move_to_first(); return {};
    case Name::end: list_.move_to_last(); return {};
    case Name::escape: step_back(); return {};
    case Name::enter: {
        WatchOrder order = order_for(CtlVerb::status);
        if (order.tunnels == 0)
            return {};
        return {WatchWish::What::details, std::move(order)};
    }
    case Name::character: return press_letter(key.text);
    default: return {};
    }
}

WatchWish WatchModel::press_letter(std::string_view letter)
{
    const auto verb = verb_of_watch_key(letter);
    if (verb == CtlVerb::logs) {
        WatchOrder order = order_for(*verb);
        message_ = watch_obstacle(daemons_.all(), order);
        if (!message_.empty())
            return {};
        return {WatchWish::What::log, std::move(order)};
    }
    if (verb && is_read_only_) {
        message_ = "--read-only: there are no orders";
        return {};
    }
    if (verb)
        return ask_or_do(order_for(*verb));
    if (letter == "q")
        return {WatchWish::What::quit};
    if (letter == "d") {
        choice_.down_only = !choice_.down_only;
        choose();
    } else if (letter == "s") {
        choice_.sort = next(choice_.sort);
        message_ = fmt::format("sorted by: {}", name(choice_.sort));
        choose();
    } else if (letter == "/") {
        is_typing_ = true;
        filter_before_ = filter_;
    } else if (letter == "y") {
        awaits_command_ = true;
    } else if (letter == " ") {
        list_.toggle_mark();
        list_.move(1);
    } else if (letter == "*") {
        list_.toggle_all_marks();
    } else if (letter == "?") {
        WatchText text("keys of autosshctl watch");
        text.set(watch_help(is_read_only_));
        show(std::move(text));
    }
    return {};
}

}  // namespace autossh
