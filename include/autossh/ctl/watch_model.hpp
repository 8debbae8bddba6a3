// What autosshctl watch knows and shows, and what each key does. Pure: the time is given.
#pragma once

#include "autossh/ctl/watch_list.hpp"
#include "autossh/ctl/watch_orders.hpp"
#include "autossh/ctl/watch_text.hpp"
#include "autossh/ctl/watched.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

struct WatchKey {
    enum class Name { character, up, down, page_up, page_down, home, end, enter, escape, backspace, redraw };
    Name name = Name::character;
    std::string text = {};  ///< of a character, in UTF-8
};

/// What the caller has to do for a key.
struct WatchWish {
    enum class What { nothing, quit, order, log, details };
    What what = What::nothing;
    WatchOrder order = {};  ///< of a log and of details: with one tunnel
};

class WatchModel {
public:
    enum class View { list, text };

    /// `is_read_only`: no orders.
    explicit WatchModel(bool is_read_only) : is_read_only_(is_read_only) {}

    void take(std::vector<SeenDaemon> found, WallTime now);
    void take(pid_t pid, const StateEvent& event, WallTime now);
    void note_silence(pid_t pid, WallTime now);

    /// To be called before it is shown: of a thousand events, each would sort a thousand rows.
    void settle();

    /// `page`: rows of the list or the text that there is room for.
    WatchWish press(const WatchKey& key, std::size_t page);

    /// Shown at the bottom until the next key.
    void tell(std::string message) { message_ = std::move(message); }
    void show(WatchText text);
    /// Of View::text.
    WatchText& text() { return text_; }

    const std::vector<WatchedDaemon>& daemons() const { return daemons_.all(); }
    std::size_t lost() const { return daemons_.lost(); }
    WatchList& list() { return list_; }
    std::size_t longest_name() const { return longest_name_; }
    View view() const { return view_; }
    bool is_read_only() const { return is_read_only_; }
    const WatchChoice& choice() const { return choice_; }
    const std::string& filter_text() const { return filter_; }
    bool is_typing() const { return is_typing_; }
    const std::string& message() const { return message_; }
    /// With its end: "[y/N]"; empty: nothing is asked.
    std::string question() const;
    /// Those that y has shown, in this order.
    const std::vector<std::string>& commands() const { return commands_; }
    bool awaits_command() const { return awaits_command_; }

private:
    void choose();
    void set_filter(std::string text);
    WatchWish press_there(const WatchKey& key, std::size_t page);
    WatchWish press_while_typing(const WatchKey& key);
    WatchWish press_for_command(const WatchKey& key);
    WatchWish press_in_text(const WatchKey& key, std::size_t page);
    WatchWish press_in_list(const WatchKey& key, std::size_t page);
    WatchWish press_letter(std::string_view letter);
    WatchWish answer(const WatchKey& key);
    WatchOrder order_for(CtlVerb verb) const;
    WatchWish ask_or_do(WatchOrder order);
    void step_back();

    bool is_read_only_;
    WatchedDaemons daemons_;
    WatchChoice choice_;
    WatchList list_;
    bool is_stale_ = false;  ///< the list is
    std::size_t longest_name_ = 0;
    View view_ = View::list;
    WatchText text_;
    std::string filter_;
    std::string filter_before_;
    bool is_typing_ = false;
    bool awaits_command_ = false;
    std::string message_;
    std::optional<WatchOrder> asked_;
    std::vector<std::string> commands_;
};

}  // namespace autossh
