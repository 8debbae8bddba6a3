#pragma once

#include "support/waiting.hpp"

#include <mutex>
#include <string>
#include <sys/types.h>
#include <termios.h>
#include <thread>

namespace autossh_test {

/// A pseudo terminal. Give path() to ProcessOptions::terminal; what is shown on it is read all the
/// time, so that nobody blocks in writing to it.
class PseudoTerminal {
public:
    PseudoTerminal();
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    const std::string& path() const { return path_; }

    void type(const std::string& text) const;  ///< as on the keyboard; "\x03" is Ctrl-C
    std::string shown() const;                 ///< everything so far
    int times_shown(const std::string& text) const;
    bool wait_for_text(const std::string& text, std::chrono::milliseconds deadline = generous) const;

    void set_size(unsigned short rows, unsigned short columns) const;
    termios modes() const;
    bool has_modes(const termios& others) const;  ///< all but the speed
    bool is_raw() const;                          ///< neither echo nor line editing
    pid_t foreground_group() const;

    void hang_up();  ///< closes our end, as a terminal window that goes away

private:
    void read_on();

    std::string path_;
    int master_ = -1;
    int slave_ = -1;  ///< held open, so that the master stays readable before and after the program
    int wake_[2] = {-1, -1};
    mutable std::mutex mutex_;
    std::string shown_;
    std::thread reader_;
};

}  // namespace autossh_test
