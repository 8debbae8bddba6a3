// autosshctl watch: reads keys, asks the processes, and draws what has changed.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ctl/background_look.hpp"
#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/live_screen.hpp"
#include "autossh/ctl/watch_links.hpp"
#include "autossh/ctl/watch_model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

class WatchSignals;

class WatchLoop {
public:
    /// `command` outlives this. `places`: where it looks for processes.
    WatchLoop(const CtlCommand& command, const std::vector<std::string>& places);

    /// What was found before the terminal is taken.
    void begin(const std::vector<SeenDaemon>& found) { take_look(found); }
    /// Returns the signal that has ended it; 0: a key has. Throws what `open` does.
    int run(const OpenLiveScreen& open, bool colour);

    /// To be printed behind it.
    const std::vector<std::string>& commands() const { return model_.commands(); }

private:
    /// The tunnel whose details are shown.
    struct ShownTunnel {
        pid_t pid = 0;
        std::string name = {};
    };

    std::vector<SeenDaemon> those_meant(const std::vector<SeenDaemon>& found) const;
    void take_look(const std::vector<SeenDaemon>& found);
    void take_hint(WatchLinks::Hint hint);
    int take_signals(WatchSignals& signals);
    void take_keys();
    void carry_out(const WatchWish& wish);
    void draw();
    Time next_frame() const;
    WatchForm form() const;
    void wait(int signals) const;
    void leave_text();
    void refresh_details(WallTime now);

    const CtlCommand& command_;
    WatchModel model_;
    WatchLinks links_;
    BackgroundLook look_;
    LiveScreen* screen_ = nullptr;
    std::optional<ShownTunnel> details_;
    Time next_look_{};
    Time last_frame_{};
    Time next_tick_{};
    bool has_changed_ = true;
    bool is_urgent_ = true;  ///< a person waits for it
    bool is_over_ = false;
};

}  // namespace autossh
