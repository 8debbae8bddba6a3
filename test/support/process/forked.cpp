#include "support/process/forked.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test {
namespace {

std::array<int, 2> new_pipe()
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    return ends;
}

[[noreturn]] void run(const std::function<int(const Forked::Step&)>& body, int to_test, int from_test)
{
    const auto step = [&](char name) {
        char word = 0;
        if (write(to_test, &name, 1) != 1 || read(from_test, &word, 1) != 1)
            _exit(98);  // the test is over
    };
    try {
        _exit(body(step));
    } catch (...) {
        _exit(99);
    }
}

}  // namespace

Forked::Forked(const std::function<int(const Step&)>& body)
{
    const auto up = new_pipe();
    const auto down = new_pipe();
    pid_ = process_table::start([&] {
        const pid_t forked = fork();
        if (forked == 0) {
            close(up[0]);
            close(down[1]);
            run(body, up[1], down[0]);
        }
        return forked;
    });
    close(up[1]);
    close(down[0]);
    from_process_ = up[0];
    to_process_ = down[1];
    if (pid_ < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
}

Forked::~Forked()
{
    process_table::send(pid_, SIGKILL);
    wait_for_exit();
    close(from_process_);
    close(to_process_);
}

bool Forked::reached(char step) const
{
    pollfd readable{from_process_, POLLIN, 0};
    char come_to = 0;
    return poll(&readable, 1, static_cast<int>(generous.count())) == 1 &&
           read(from_process_, &come_to, 1) == 1 && come_to == step;
}

void Forked::go_on() const
{
    if (write(to_process_, "+", 1) != 1)
        throw std::system_error(errno, std::generic_category(), "write to a forked process");
}

std::optional<ExitResult> Forked::wait_for_exit() const
{
    wait_until([&] { return exit_of(pid_).has_value(); });
    return exit_of(pid_);
}

}  // namespace autossh_test
