#include "autossh/ctl/editor.hpp"

#include "autossh/base/find_program.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace autossh {

namespace {

std::string editor_command(const Environment& environment)
{
    for (const char* const variable : {"VISUAL", "EDITOR"})
        if (auto value = environment(variable); value && !value->empty())
            return std::move(*value);
    return find_program("editor").empty() ? "vi" : "editor";
}

/// While the editor has the terminal, its Ctrl-C is not meant for us.
class InterruptsIgnored {
public:
    InterruptsIgnored() : interrupt_(::signal(SIGINT, SIG_IGN)), quit_(::signal(SIGQUIT, SIG_IGN)) {}
    ~InterruptsIgnored()
    {
        ::signal(SIGINT, interrupt_);
        ::signal(SIGQUIT, quit_);
    }
    InterruptsIgnored(const InterruptsIgnored&) = delete;
    InterruptsIgnored& operator=(const InterruptsIgnored&) = delete;

    /// What the editor is to have as we had it.
    sigset_t to_reset() const
    {
        sigset_t signals;
        ::sigemptyset(&signals);
        if (interrupt_ != SIG_IGN)
            ::sigaddset(&signals, SIGINT);
        if (quit_ != SIG_IGN)
            ::sigaddset(&signals, SIGQUIT);
        return signals;
    }

private:
    void (*interrupt_)(int);
    void (*quit_)(int);
};

int start_shell(const std::string& command, const std::string& file, const sigset_t& signals, pid_t& pid)
{
    std::string shell = "sh";
    std::string option = "-c";
    std::string script = command + " \"$@\"";
    std::string path = file;
    std::array<char*, 6> words{shell.data(), option.data(), script.data(),
                               shell.data(), path.data(),   nullptr};
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    const int error = ::posix_spawn(&pid, "/bin/sh", nullptr, &attributes, words.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    return error;
}

}  // namespace

std::string run_editor(const std::string& file, const Environment& environment)
{
    const std::string command = editor_command(environment);
    const InterruptsIgnored ignored;
    pid_t pid = 0;
    if (const int error = start_shell(command, file, ignored.to_reset(), pid))
        return fmt::format("the editor \"{}\" cannot be started: {}", command, std::strerror(error));
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fmt::format("the editor \"{}\": {}", command, std::strerror(errno));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return "";
    return WIFEXITED(status)
               ? fmt::format("the editor \"{}\" has failed, with exit status {}", command,
                             WEXITSTATUS(status))
               : fmt::format("the editor \"{}\" was ended by signal {}", command, WTERMSIG(status));
}

}  // namespace autossh
