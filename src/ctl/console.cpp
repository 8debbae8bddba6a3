#include "autossh/ctl/console.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <cerrno>
#include <system_error>

#include <fmt/core.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace autossh {

namespace {

bool write_patiently(int fd, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written >= 0) {
            text.remove_prefix(static_cast<std::size_t>(written));
            continue;
        }
        if (errno == EAGAIN) {  // somebody else has made it so
            pollfd stream{fd, POLLOUT, 0};
            ::poll(&stream, 1, -1);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

}  // namespace

void print_all(std::string_view text)
{
    if (!write_patiently(STDOUT_FILENO, text))
        throw std::system_error(errno, std::generic_category(), "standard output");
}

void complain(std::string_view text)
{
    write_patiently(STDERR_FILENO, fmt::format("autosshctl: {}\n", fit_for_screen(text)));
}

void complain_lines(std::string_view text)
{
    write_patiently(STDERR_FILENO, lines_fit_for_screen(text));
}

std::size_t screen_columns()
{
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool wants_colour(ColourWhen when, const Environment& environment)
{
    if (when != ColourWhen::automatic)
        return when == ColourWhen::on;
    return ::isatty(STDOUT_FILENO) == 1 && environment("NO_COLOR").value_or("").empty() &&
           environment("TERM").value_or("dumb") != "dumb";
}

bool person_is_there()
{
    return ::isatty(STDIN_FILENO) == 1;
}

std::optional<std::string> answer_to(std::string_view question)
{
    write_patiently(STDERR_FILENO, fit_for_screen(question));
    std::string line;
    for (char letter = 0;;) {  // one by one: what follows belongs to whoever reads next
        const ssize_t size = read_some(STDIN_FILENO, {&letter, 1});
        if (size <= 0)
            return std::nullopt;
        if (letter == '\n')
            return line;
        line += letter;
    }
}

}  // namespace autossh
