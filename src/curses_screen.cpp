// The terminal of autosshctl watch, by ncurses.
#include "autossh/ctl/live_screen.hpp"

#include <array>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termcap.h>
#include <unistd.h>

namespace autossh {

namespace {

enum Pair : short { green = 1, yellow, red };

/// What xterm and its kin send for a key that is named here; others are passed over.
std::optional<WatchKey::Name> name_of_key(int key)
{
    using Name = WatchKey::Name;
    switch (key) {
    case KEY_UP: return Name::up;
    case KEY_DOWN: return Name::down;
    case KEY_PPAGE: return Name::page_up;
    case KEY_NPAGE: return Name::page_down;
    case KEY_HOME: return Name::home;
    case KEY_END: return Name::end;
    case KEY_ENTER: return Name::enter;
    case KEY_BACKSPACE:
    case KEY_DC: return Name::backspace;
    default: return std::nullopt;
    }
}

std::optional<WatchKey> key_of_character(wint_t character)
{
    using Name = WatchKey::Name;
    switch (character) {
    case '\n':
    case '\r': return WatchKey{Name::enter};
    case 0x1b: return WatchKey{Name::escape};
    case 0x08:
    case 0x7f: return WatchKey{Name::backspace};
    case 0x0c: return WatchKey{Name::redraw};
    default: break;
    }
    std::array<char, 16> bytes{};
    std::mbstate_t state{};
    const std::size_t size = std::wcrtomb(bytes.data(), static_cast<wchar_t>(character), &state);
    if (size == static_cast<std::size_t>(-1) || size == 0 || character < 0x20)
        return std::nullopt;
    return WatchKey{Name::character, std::string(bytes.data(), size)};
}

class CursesScreen : public LiveScreen {
public:
    explicit CursesScreen(bool colour)
    {
        std::setlocale(LC_CTYPE, "");
        utf8_ = std::string(::nl_langinfo(CODESET)) == "UTF-8";
        const char* const term = std::getenv("TERM");
        // Looked for first, as newterm does not free what it has made for one that it does not know.
        if (::tgetent(nullptr, term == nullptr ? "" : term) == 1)
            screen_ = ::newterm(nullptr, stdout, stdin);
        if (screen_ == nullptr)
            throw std::runtime_error("this terminal is not known: is TERM right?");
        ::cbreak();
        ::noecho();
        ::nonl();
        ::intrflush(stdscr, FALSE);
        ::keypad(stdscr, TRUE);
        ::nodelay(stdscr, TRUE);
        ::set_escdelay(50);
        ::leaveok(stdscr, FALSE);
        has_colour_ = colour && ::has_colors() && ::start_color() == OK && ::use_default_colors() == OK;
        if (has_colour_) {
            ::init_pair(green, COLOR_GREEN, -1);
            ::init_pair(yellow, COLOR_YELLOW, -1);
            ::init_pair(red, COLOR_RED, -1);
        }
    }

    ~CursesScreen() override
    {
        ::endwin();
        ::delscreen(screen_);
    }

    std::size_t rows() const override { return static_cast<std::size_t>(::getmaxy(stdscr)); }
    std::size_t columns() const override { return static_cast<std::size_t>(::getmaxx(stdscr)); }
    bool has_utf8() const override { return utf8_; }

    void draw(const WatchPicture& picture) override
    {
        ::erase();
        const auto width = static_cast<int>(columns());
        for (std::size_t y = 0; y < picture.lines.size() && y < rows(); ++y) {
            const WatchLine& line = picture.lines[y];
            const attr_t current = line.is_current ? A_REVERSE : A_NORMAL;
            ::move(static_cast<int>(y), 0);
            for (const WatchSpan& span : line.spans) {
                // What the terminal takes for wider than we do must not get into the next line.
                if (::getcury(stdscr) != static_cast<int>(y) || ::getcurx(stdscr) >= width)
                    break;
                ::attrset(static_cast<int>(attributes(span.style) | current));
                ::addnstr(span.text.c_str(), static_cast<int>(span.text.size()));
            }
            ::attrset(A_NORMAL);
        }
        const bool has_cursor = picture.cursor.has_value() && !picture.lines.empty();
        ::curs_set(has_cursor ? 1 : 0);
        const std::size_t column = picture.cursor.value_or(0);
        ::move(static_cast<int>(rows()) - 1, static_cast<int>(column < columns() ? column : columns() - 1));
        ::refresh();
    }

    void forget() override { ::clearok(stdscr, TRUE); }

    std::optional<WatchKey> take_key() override
    {
        for (;;) {
            wint_t character = 0;
            errno = 0;
            const int kind = ::get_wch(&character);
            if (kind == ERR)
                return std::nullopt;
            if (kind == KEY_CODE_YES) {
                const auto name = name_of_key(static_cast<int>(character));
                if (name)
                    return WatchKey{*name};
                continue;
            }
            if (auto key = key_of_character(character))
                return key;
        }
    }

    bool has_hung_up() const override
    {
        pollfd input{STDIN_FILENO, POLLIN, 0};
        if (::poll(&input, 1, 0) <= 0)
            return false;
        int unread = 0;
        const bool is_at_end =
            (input.revents & POLLIN) != 0 && ::ioctl(STDIN_FILENO, FIONREAD, &unread) == 0 && unread == 0;
        return (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0 || is_at_end;
    }

    void resize() override
    {
        winsize size{};
        if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0)
            ::resizeterm(size.ws_row, size.ws_col);
    }

    void leave() override { ::endwin(); }
    void come_back() override
    {
        resize();
        ::clearok(stdscr, TRUE);
    }

private:
    attr_t attributes(WatchStyle style) const
    {
        const auto colour = [this](short pair) {
            return static_cast<attr_t>(has_colour_ ? COLOR_PAIR(pair) : 0);
        };
        switch (style) {
        case WatchStyle::plain: break;
        case WatchStyle::heading: return A_UNDERLINE;
        case WatchStyle::good: return colour(green);
        case WatchStyle::impaired: return colour(yellow);
        case WatchStyle::bad: return colour(red) | A_BOLD;
        case WatchStyle::dim: return A_DIM;
        case WatchStyle::strong: return A_BOLD;
        }
        return A_NORMAL;
    }

    SCREEN* screen_ = nullptr;
    bool utf8_ = false;
    bool has_colour_ = false;
};

}  // namespace

std::unique_ptr<LiveScreen> open_curses_screen(bool colour)
{
    return std::make_unique<CursesScreen>(colour);
}

}  // namespace autossh
