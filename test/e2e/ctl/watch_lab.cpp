#include "e2e/ctl/watch_lab.hpp"

#include "support/catch.hpp"
#include "support/waiting.hpp"

namespace autossh_test {

WatchOnScreen::WatchOnScreen(const CtlLab& lab, const std::vector<std::string>& words,
                             const Environment& changes, unsigned short rows, unsigned short columns)
    : before_(terminal_.modes()), rows_(rows), columns_(columns)
{
    terminal_.set_size(rows, columns);
    ProcessOptions options = lab.options(words);
    options.terminal = terminal_.path();
    options.changes["TERM"] = "xterm";
    options.changes["LC_ALL"] = "C.UTF-8";
    for (const auto& [name, value] : changes)
        options.changes[name] = value;
    process_ = std::make_unique<Process>(options);
}

void WatchOnScreen::resize(unsigned short rows, unsigned short columns)
{
    rows_ = rows;
    columns_ = columns;
    terminal_.set_size(rows, columns);
}

TerminalScreen WatchOnScreen::screen() const
{
    TerminalScreen screen(rows_, columns_);
    screen.write(terminal_.shown());
    return screen;
}

bool WatchOnScreen::shows(std::string_view text) const
{
    return screen().text().find(text) != std::string::npos;
}

bool WatchOnScreen::comes_to_show(std::string_view text) const
{
    const bool shown = wait_until([&] { return shows(text); });
    if (!shown)
        UNSCOPED_INFO(text << " is not on:\n" << screen().text());
    return shown;
}

bool WatchOnScreen::stops_showing(std::string_view text) const
{
    return wait_until([&] { return !shows(text); });
}

bool WatchOnScreen::line_has(std::size_t row, std::string_view text) const
{
    const bool shown = wait_until([&] { return screen().line(row).find(text) != std::string::npos; });
    if (!shown)
        UNSCOPED_INFO(text << " is not in line " << row << " of:\n" << screen().text());
    return shown;
}

bool WatchOnScreen::is_restored() const
{
    return wait_until(
        [&] { return terminal_.has_modes(before_) && !screen().is_alternate() && screen().has_cursor(); });
}

}  // namespace autossh_test
