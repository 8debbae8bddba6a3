#include "autossh/system/new_program.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

// System calls that tell their error by their result. The functions of the C library set errno.
#if defined(__linux__) && defined(__LP64__) && (defined(__x86_64__) || defined(__aarch64__))
#define AUTOSSH_CALLS_DIRECTLY 1
#else
#define AUTOSSH_CALLS_DIRECTLY 0
#endif

namespace autossh {

const bool NewProgram::may_share_memory = AUTOSSH_CALLS_DIRECTLY != 0;

namespace {

#if AUTOSSH_CALLS_DIRECTLY

long call(long number, long one, long two, long three) noexcept
{
#ifdef __x86_64__
    long result = number;
    asm volatile("syscall" : "+a"(result) : "D"(one), "S"(two), "d"(three) : "rcx", "r11", "memory");
    return result;
#else
    register long x8 asm("x8") = number;
    register long x0 asm("x0") = one;
    register long x1 asm("x1") = two;
    register long x2 asm("x2") = three;
    asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
    return x0;
#endif
}

long duplicate_above(int fd, int last) noexcept
{
    return call(SYS_fcntl, fd, F_DUPFD_CLOEXEC, last + 1);
}

long duplicate_to(int from, int to) noexcept
{
    return call(SYS_dup3, from, to, 0);
}

/// Returns the error, as it returns only with one.
int execve_error(const char* path, const void* argv, const void* environment) noexcept
{
    return static_cast<int>(-call(SYS_execve, reinterpret_cast<long>(path), reinterpret_cast<long>(argv),
                                  reinterpret_cast<long>(environment)));
}

/// With another error execvp(3) looks no further.
bool may_be_elsewhere(int error) noexcept
{
    switch (error) {
    case EACCES:
    case ENOENT:
    case ESTALE:
    case ENOTDIR:
    case ENODEV:
    case ETIMEDOUT: return true;
    default: return false;
    }
}

#else

long duplicate_above(int fd, int last) noexcept
{
    const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, last + 1);
    return moved < 0 ? -errno : moved;
}

long duplicate_to(int from, int to) noexcept
{
    return ::dup2(from, to) < 0 ? -errno : to;
}

#endif

/// Without this ssh would outlive a SIGKILLed autossh and hold its forwards, with nobody to restart it.
void die_with(pid_t parent) noexcept
{
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent)  // it died before we asked
        ::_exit(EXIT_FAILURE);
#else
    static_cast<void>(parent);
#endif
}

/// Best effort: ours are closed at exec anyway. (Linux 5.11; before, what we were started with stays open.)
void close_the_rest_at_exec() noexcept
{
#if defined(__linux__) && defined(SYS_close_range)
    constexpr long at_exec = 1U << 2U;  // CLOSE_RANGE_CLOEXEC
#if AUTOSSH_CALLS_DIRECTLY
    call(SYS_close_range, STDERR_FILENO + 1, INT_MAX, at_exec);
#else
    ::syscall(SYS_close_range, STDERR_FILENO + 1, INT_MAX, at_exec);
#endif
#endif
}

/// Where it is in nobody's way. (A pipe's end has such a number if 0, 1 or 2 was closed before.)
long above_standard(int fd) noexcept
{
    return fd < 0 || fd > STDERR_FILENO ? fd : duplicate_above(fd, STDERR_FILENO);
}

std::vector<char*> pointers_to(const std::vector<std::string>& words)
{
    std::vector<char*> pointers;
    for (const std::string& word : words)
        pointers.push_back(const_cast<char*>(word.c_str()));
    return pointers;
}

/// Ours, with `changes` in the place of what they set anew, and without what begins as one of `without`.
std::vector<char*> environment_with(const std::vector<std::string>& changes,
                                    const std::vector<std::string>& without)
{
    const auto is_changed = [&](std::string_view variable) {
        const std::string_view name = variable.substr(0, variable.find('=') + 1);
        return std::ranges::any_of(changes,
                                   [&](const std::string& change) { return change.starts_with(name); }) ||
               std::ranges::any_of(without,
                                   [&](const std::string& begin) { return variable.starts_with(begin); });
    };
    std::vector<char*> environment = pointers_to(changes);
    for (char** variable = ::environ; variable != nullptr && *variable != nullptr; ++variable)
        if ((changes.empty() && without.empty()) || !is_changed(*variable))
            environment.push_back(*variable);
    return environment;
}

std::string_view path_in(const std::vector<char*>& environment)
{
    constexpr std::string_view name = "PATH=";
    for (const std::string_view variable : environment)
        if (variable.starts_with(name))
            return variable.substr(name.size());
    return "/bin:/usr/bin";
}

}  // namespace

std::vector<std::string> paths_to_try(const std::string& file, std::string_view path)
{
    if (file.empty())
        return {};
    if (file.find('/') != std::string::npos)
        return {file};
    std::vector<std::string> paths;
    for (;;) {
        const std::string_view directory = path.substr(0, path.find(':'));
        if (directory.size() < PATH_MAX)
            paths.push_back(directory.empty() ? file : std::string(directory) + '/' + file);
        if (directory.size() == path.size())
            return paths;
        path.remove_prefix(directory.size() + 1);
    }
}

NewProgram::NewProgram(const Command& command, const InheritedSignals& inherited, const Streams& streams)
    : inherited_(inherited), streams_(streams), parent_(::getpid()), words_(command.arguments),
      changes_(command.environment), file_(command.file),
      argv_(pointers_to(words_)), shell_argv_{"/bin/sh", nullptr},
      environment_(environment_with(changes_, command.without))
{
    paths_ = paths_to_try(file_, file_.find('/') == std::string::npos ? path_in(environment_) : "");
    if (argv_.size() > 1)
        shell_argv_.insert(shell_argv_.end(), argv_.begin() + 1, argv_.end());
    for (std::vector<char*>* const list : {&argv_, &environment_})
        list->push_back(nullptr);
    shell_argv_.push_back(nullptr);
}

int NewProgram::become() noexcept
{
    die_with(parent_);
    if (streams_.own_group)
        ::setpgid(0, 0);
    inherited_.restore();
    const int error = put_streams_in_place();
    if (error == 0 && streams_.nothing_else)
        close_the_rest_at_exec();
    return error != 0 ? error : execute();
}

/// Returns the error, or 0.
int NewProgram::put_streams_in_place() const noexcept
{
    const long from[] = {above_standard(streams_.in), above_standard(streams_.out),
                         above_standard(streams_.err)};
    const int wanted[] = {streams_.in, streams_.out, streams_.err};
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
        if (wanted[fd] < 0)
            continue;
        const long result = from[fd] < 0 ? from[fd] : duplicate_to(static_cast<int>(from[fd]), fd);
        if (result < 0)
            return static_cast<int>(-result);
    }
    return 0;
}

#if AUTOSSH_CALLS_DIRECTLY

/// As execvp(3).
int NewProgram::execute() noexcept
{
    int error = ENOENT;
    bool denied = false;
    for (const std::string& path : paths_) {
        error = execve_error(path.c_str(), argv_.data(), environment_.data());
        if (error == ENOEXEC) {
            shell_argv_[1] = path.c_str();
            error = execve_error(shell_argv_.front(), shell_argv_.data(), environment_.data());
        }
        if (!may_be_elsewhere(error))
            return error;
        denied |= error == EACCES;
    }
    return denied ? EACCES : error;
}

#else

int NewProgram::execute() noexcept
{
    ::environ = environment_.data();
    ::execvp(file_.c_str(), argv_.data());
    return errno;
}

#endif

}  // namespace autossh
