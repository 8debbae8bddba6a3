#include "support/process/launch.hpp"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace autossh_test {
namespace {

[[noreturn]] void fail(int status_pipe)
{
    const LaunchReport report{errno, 0};
    static_cast<void>(!write(status_pipe, &report, sizeof report));
    _exit(127);
}

void set_signals(const Launch& launch)
{
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    for (const int number : launch.ignored_signals)
        ::signal(number, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    for (const int number : launch.blocked_signals)
        sigaddset(&blocked, number);
    sigprocmask(SIG_SETMASK, &blocked, nullptr);
}

void take_terminal(const Launch& launch, int status_pipe)
{
    const int terminal = open(launch.terminal, O_RDWR | O_NOCTTY);
    if (terminal < 0 || ioctl(terminal, TIOCSCTTY, 0) < 0)
        fail(status_pipe);
    for (int stream = 0; stream < 3; ++stream)
        dup2(terminal, stream);
    if (terminal > 2)
        close(terminal);
}

void set_streams(const Launch& launch, int status_pipe)
{
    for (int stream = 0; stream < 3; ++stream)
        if (launch.streams[stream] >= 0 && dup2(launch.streams[stream], stream) < 0)
            fail(status_pipe);
}

/// Whatever the test runner left open is not for the program.
void set_descriptors(const Launch& launch)
{
    for (int descriptor = 3; descriptor < 1024; ++descriptor)
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    for (const int descriptor : launch.kept_descriptors)
        fcntl(descriptor, F_SETFD, 0);
    for (const int descriptor : launch.closed_descriptors)
        close(descriptor);
}

[[noreturn]] void execute(const Launch& launch, int status_pipe)
{
    set_descriptors(launch);
    set_signals(launch);
    execve(launch.program, launch.arguments, launch.environment);
    fail(status_pipe);
}

/// The shell's part: waits for its job, and continues it after a stop when asked to (SIGUSR1).
[[noreturn]] void mind_job(pid_t job)
{
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    for (int status = 0;;) {
        if (waitpid(job, &status, WUNTRACED) < 0)
            continue;
        if (WIFEXITED(status))
            _exit(WEXITSTATUS(status));
        if (WIFSIGNALED(status))
            _exit(128 + WTERMSIG(status));
        tcsetpgrp(0, getpgrp());
        static_cast<void>(!write(1, "[stopped]\n", 10));
        int number = 0;
        sigwait(&wanted, &number);
        tcsetpgrp(0, job);
        kill(-job, SIGCONT);
    }
}

[[noreturn]] void run_job(const Launch& launch, int status_pipe)
{
    ::signal(SIGTTOU, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);
    ::signal(SIGTSTP, SIG_IGN);
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGUSR1);
    sigprocmask(SIG_BLOCK, &wanted, nullptr);
    const pid_t job = fork();
    if (job < 0)
        fail(status_pipe);
    if (job == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        execute(launch, status_pipe);
    }
    setpgid(job, job);
    tcsetpgrp(0, job);
    const LaunchReport report{0, job};
    static_cast<void>(!write(status_pipe, &report, sizeof report));
    close(status_pipe);
    mind_job(job);
}

}  // namespace

void run_launched(const Launch& launch, int status_pipe)
{
    if ((launch.new_session || launch.terminal != nullptr) && setsid() < 0)
        fail(status_pipe);
    set_streams(launch, status_pipe);
    if (launch.terminal != nullptr)
        take_terminal(launch, status_pipe);
    if (launch.working_directory != nullptr && chdir(launch.working_directory) < 0)
        fail(status_pipe);
    if (launch.umask != nullptr)
        ::umask(*launch.umask);
    if (launch.job_control)
        run_job(launch, status_pipe);
    execute(launch, status_pipe);
}

}  // namespace autossh_test
