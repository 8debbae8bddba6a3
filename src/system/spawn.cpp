#include "autossh/system/spawn.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/time.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace autossh {

namespace {

[[noreturn]] void fail(int error, const std::string& what)
{
    throw std::system_error(error, std::generic_category(), what);
}

/// Without this ssh would outlive a SIGKILLed autossh and hold its forwards, with nobody to restart it.
void die_with(pid_t parent)
{
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)  // it died before we asked
        ::_exit(EXIT_FAILURE);
#else
    static_cast<void>(parent);
#endif
}

/// Between fork and exec: async-signal-safe calls only.
class NewChild {
public:
    NewChild(const InheritedSignals& inherited, const Streams& streams, int report_to)
        : inherited_(inherited), streams_(streams), report_to_(report_to)
    {}

    [[noreturn]] void become(const char* file, char* const* argv, char** environment, pid_t parent)
    {
        die_with(parent);
        if (streams_.own_group)
            ::setpgid(0, 0);
        inherited_.restore();
        put_streams_in_place();
        ::environ = environment;
        ::execvp(file, argv);
        report_error();
    }

private:
    [[noreturn]] void report_error() const
    {
        const int error = errno;
        static_cast<void>(!::write(report_to_, &error, sizeof error));
        ::_exit(EXIT_FAILURE);
    }

    /// Where it is in nobody's way. (A pipe's end has such a number if 0, 1 or 2 was closed before.)
    int above_standard(int fd) const
    {
        const int moved = fd < 0 || fd > STDERR_FILENO ? fd : ::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (fd >= 0 && moved < 0)
            report_error();
        return moved;
    }

    void put_streams_in_place()
    {
        report_to_ = above_standard(report_to_);
        const int from[] = {above_standard(streams_.in), above_standard(streams_.out),
                            above_standard(streams_.err)};
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
            if (from[fd] >= 0 && ::dup2(from[fd], fd) < 0)
                report_error();
    }

    const InheritedSignals& inherited_;
    const Streams& streams_;
    int report_to_;
};

std::vector<char*> pointers_to(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (const std::string& word : words)
        pointers.push_back(const_cast<char*>(word.c_str()));
    return pointers;
}

/// Ours, with `changes` in the place of what they set anew.
std::vector<char*> environment_with(const std::vector<std::string>& changes)
{
    const auto is_changed = [&changes](std::string_view variable) {
        const std::string_view name = variable.substr(0, variable.find('=') + 1);
        return std::ranges::any_of(changes,
                                   [&](const std::string& change) { return change.starts_with(name); });
    };
    std::vector<char*> environment = pointers_to(changes);
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
        if (!is_changed(*variable))
            environment.push_back(*variable);
    environment.push_back(nullptr);
    return environment;
}

/// An exec takes milliseconds. A child that was stopped before it, or waits for a file system that hangs,
/// must not take us with it: we would see no signal.
constexpr Duration exec_patience = std::chrono::seconds(1);

/// What exec failed with, or 0: it has worked, or takes too long to be waited for.
int exec_error(int read_end)
{
    const Time deadline = Clock::now() + exec_patience;
    int error = 0;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{read_end, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&readable, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        const ssize_t size = ready > 0 ? ::read(read_end, &error, sizeof error) : 0;
        return size == static_cast<ssize_t>(sizeof error) ? error : 0;
    }
}

}  // namespace

pid_t spawn(const Command& command, const InheritedSignals& inherited, const Streams& streams)
{
    std::vector<char*> argv = pointers_to(command.arguments);
    argv.push_back(nullptr);
    std::vector<char*> environment = environment_with(command.environment);

    Pipe status;  // closes by itself at exec: an empty read from it means that exec has worked
    const pid_t parent = ::getpid();
    pid_t child = -1;
    {
        const SignalsBlocked while_forking;
        child = ::fork();
        if (child == 0)
            NewChild(inherited, streams, status.write_end.get())
                .become(command.file.c_str(), argv.data(), environment.data(), parent);
    }
    if (child < 0)
        fail(errno, "fork");

    if (streams.own_group)
        ::setpgid(child, child);  // there may be none yet, if it has not got so far
    status.write_end.reset();
    if (const int error = exec_error(status.read_end.get()); error != 0) {
        while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR)
            ;
        fail(error, command.file);
    }
    return child;
}

bool passes_by_itself(const std::error_code& error)
{
    return error == std::errc::resource_unavailable_try_again || error == std::errc::not_enough_memory ||
           error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
           error == std::errc::text_file_busy;
}

}  // namespace autossh
