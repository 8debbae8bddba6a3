#include "autossh/spawn.hpp"

#include "autossh/descriptors.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

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
[[noreturn]] void become(const char* file, char* const* argv, const InheritedSignals& inherited, pid_t parent,
                         int report_to)
{
    die_with(parent);
    inherited.restore();
    ::execvp(file, argv);
    const int error = errno;
    static_cast<void>(!::write(report_to, &error, sizeof error));
    ::_exit(EXIT_FAILURE);
}

/// What exec failed with, or 0. Waits for the exec.
int exec_error(int read_end)
{
    int error = 0;
    ssize_t size = 0;
    do
        size = ::read(read_end, &error, sizeof error);
    while (size < 0 && errno == EINTR);
    return size == static_cast<ssize_t>(sizeof error) ? error : 0;
}

}  // namespace

pid_t spawn(const Command& command, const InheritedSignals& inherited)
{
    std::vector<char*> argv;
    for (const std::string& word : command.arguments)
        argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);

    Pipe status;  // closes by itself at exec: an empty read from it means that exec has worked
    const pid_t parent = ::getpid();
    pid_t child = -1;
    {
        const SignalsBlocked while_forking;
        child = ::fork();
        if (child == 0)
            become(command.file.c_str(), argv.data(), inherited, parent, status.write_end.get());
    }
    if (child < 0)
        fail(errno, "fork");

    status.write_end.reset();
    if (const int error = exec_error(status.read_end.get()); error != 0) {
        while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR)
            ;
        fail(error, command.file);
    }
    return child;
}

}  // namespace autossh
