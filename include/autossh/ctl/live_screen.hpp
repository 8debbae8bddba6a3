// A terminal that is drawn on as a whole, for autosshctl watch.
#pragma once

#include "autossh/ctl/watch_screen.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

namespace autossh {

/// Its destructor puts the terminal back as it was.
class LiveScreen {
public:
    virtual ~LiveScreen() = default;
    LiveScreen(const LiveScreen&) = delete;
    LiveScreen& operator=(const LiveScreen&) = delete;

    virtual std::size_t rows() const = 0;
    virtual std::size_t columns() const = 0;
    /// It can show what is not ASCII.
    virtual bool has_utf8() const = 0;

    virtual void draw(const WatchPicture& picture) = 0;
    /// The next time, all of it is drawn, whatever the terminal shows.
    virtual void forget() = 0;
    /// The next that was pressed, without waiting. Nothing: none was.
    virtual std::optional<WatchKey> take_key() = 0;
    /// Nobody is at the terminal any more.
    virtual bool has_hung_up() const = 0;
    /// Asks the terminal for its size.
    virtual void resize() = 0;
    /// Puts the terminal back as it was for a while, and takes it again.
    virtual void leave() = 0;
    virtual void come_back() = 0;

protected:
    LiveScreen() = default;
};

/// Opens that of standard input and output; `colour`: may be used. Throws std::runtime_error where the
/// terminal cannot do what is needed.
using OpenLiveScreen = std::function<std::unique_ptr<LiveScreen>(bool colour)>;

/// In src/curses_screen.cpp, which nothing but autosshctl is linked with.
std::unique_ptr<LiveScreen> open_curses_screen(bool colour);

}  // namespace autossh
