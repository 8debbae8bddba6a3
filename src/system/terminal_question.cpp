#include "autossh/system/terminal_question.hpp"

#include "autossh/base/signals.hpp"
#include "autossh/base/text.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/system/caught_signals.hpp"
#include "autossh/system/terminal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

/// One question, with the terminal it is asked on.
class Question {
public:
    Question(UniqueFd terminal, std::string prompt, bool hidden)
        : terminal_(std::move(terminal)), prompt_(std::move(prompt)), hidden_(hidden)
    {}

    std::optional<Secret> ask()
    {
        for (;;) {
            CaughtSignals signals;
            const bool answered = get_answer(signals);
            give_terminal_back();
            const bool stopped = signals.raise_again();
            if (answered)
                return std::move(answer_);
            answer_.clear();
            if (!stopped)
                return std::nullopt;
        }
    }

private:
    bool get_answer(CaughtSignals& signals)
    {
        if (!is_ours() || !take_terminal() || !say(prompt_, signals))
            return false;
        const bool complete = read_line(signals);
        if (hidden_ || !complete)
            say("\n", signals);
        return complete && is_fit(signals);
    }

    /// In the background tcdrain gets us SIGTTOU, as it gets everybody who would use the terminal; an error
    /// means that no shell will give it to us.
    bool is_ours() const
    {
        const auto in_foreground = [&] { return ::tcgetpgrp(terminal_.get()) == ::getpgrp(); };
        return in_foreground() || (::tcdrain(terminal_.get()) == 0 && in_foreground());
    }

    /// Fit for typing a line, whatever it was left in. What was typed before the question is no answer.
    bool take_terminal()
    {
        termios modes{};
        if (::tcgetattr(terminal_.get(), &modes) < 0)
            return false;
        const termios before = modes;
        modes.c_iflag |= static_cast<tcflag_t>(ICRNL);
        modes.c_iflag &= ~static_cast<tcflag_t>(IGNCR | INLCR);
        modes.c_oflag |= static_cast<tcflag_t>(OPOST | ONLCR);
        modes.c_lflag |= static_cast<tcflag_t>(ICANON | ISIG | ECHO);
        if (hidden_)
            modes.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        if (!set(modes) || ::tcgetattr(terminal_.get(), &asking_) < 0)
            return false;
        before_ = before;
        return true;
    }

    /// Drops what has been typed, but does not wait, as TCSAFLUSH does, for the output: Ctrl-S may hold it.
    bool set(const termios& modes) const
    {
        ::tcflush(terminal_.get(), TCIFLUSH);
        return ::tcsetattr(terminal_.get(), TCSANOW, &modes) == 0;
    }

    /// Also where the shell has the terminal already, since another process of our job was quicker to stop;
    /// but not if the shell has set it itself.
    void give_terminal_back()
    {
        termios now{};
        if (!before_ || ::tcgetattr(terminal_.get(), &now) < 0)
            return;
        const SignalsBlocked without_sigttou;
        if (same_modes(now, asking_))
            set(*before_);
        before_.reset();
    }

    /// Until the terminal is ready, or a signal has come (false).
    bool wait_for(short readiness, CaughtSignals& signals) const
    {
        std::array<pollfd, 2> watched{pollfd{terminal_.get(), readiness, 0}, pollfd{signals.fd(), POLLIN, 0}};
        ::poll(watched.data(), watched.size(), -1);
        return !signals.any();
    }

    bool say(std::string_view text, CaughtSignals& signals) const
    {
        while (!text.empty()) {
            const ssize_t written = ::write(terminal_.get(), text.data(), text.size());
            if (written >= 0)
                text.remove_prefix(static_cast<std::size_t>(written));
            else if ((errno != EAGAIN && errno != EINTR) || !wait_for(POLLOUT, signals))
                return false;
        }
        return true;
    }

    /// False: a signal, the end, or an error.
    bool read_line(CaughtSignals& signals)
    {
        const std::span<char> room = answer_.room();
        std::size_t size = 0;
        while (wait_for(POLLIN, signals)) {
            const ssize_t more = ::read(terminal_.get(), room.data() + size, room.size() - size);
            if (more < 0 && (errno == EAGAIN || errno == EINTR))
                continue;
            if (more < 0 || (more == 0 && size == 0))
                return false;
            size += static_cast<std::size_t>(more);
            answer_.set_size(size);
            if (more == 0 || room[size - 1] == '\n')
                return true;
            if (size == room.size())  // too long by far: only its end is of interest
                size /= 2;
        }
        return false;
    }

    bool is_fit(CaughtSignals& signals)
    {
        const auto flaw = answer_.cut_to_first_line();
        if (!flaw || flaw == SecretFlaw::empty)
            return true;
        say(fmt::format("autossh: what was typed {}\n", describe(*flaw)), signals);
        return false;
    }

    UniqueFd terminal_;
    std::string prompt_;
    bool hidden_;
    std::optional<termios> before_;  ///< its modes, while it has
    termios asking_{};               ///< ours
    Secret answer_;
};

}  // namespace

std::optional<Secret> ask_on_terminal(std::string_view prompt, bool hidden)
{
    UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
    if (!terminal)
        return std::nullopt;
    return Question(std::move(terminal), fit_for_terminal(prompt), hidden).ask();
}

std::string fit_for_terminal(std::string_view text)
{
    return with_escapes(text, [](std::string_view character) {
        return character == "\n" || character == "\t" || !is_control_character(character);
    });
}

}  // namespace autossh
