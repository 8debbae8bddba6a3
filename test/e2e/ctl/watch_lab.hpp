// autosshctl watch on a terminal, as a test sees it.
#pragma once

#include "e2e/ctl/ctl_lab.hpp"
#include "e2e/ctl/terminal_screen.hpp"
#include "support/process/process.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace autossh_test {

/// It is running, on a terminal of its own, in UTF-8 unless `changes` say otherwise.
class WatchOnScreen {
public:
    WatchOnScreen(const CtlLab& lab, const std::vector<std::string>& words, const Environment& changes = {},
                  unsigned short rows = 24, unsigned short columns = 80);

    Process& process() { return *process_; }
    PseudoTerminal& terminal() { return terminal_; }
    void type(const std::string& keys) const { terminal_.type(keys); }
    void resize(unsigned short rows, unsigned short columns);

    /// All that was ever written to it.
    std::string terminal_text() const { return terminal_.shown(); }
    TerminalScreen screen() const;
    /// The text is somewhere on it.
    bool shows(std::string_view text) const;
    /// Until it is, or is not any more.
    bool comes_to_show(std::string_view text) const;
    bool stops_showing(std::string_view text) const;
    /// Until the line has the text.
    bool line_has(std::size_t row, std::string_view text) const;
    /// The terminal is as it was before, and the program has left its screen.
    bool is_restored() const;

private:
    PseudoTerminal terminal_;
    termios before_;
    std::size_t rows_;
    std::size_t columns_;
    std::unique_ptr<Process> process_;
};

}  // namespace autossh_test
