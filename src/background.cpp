#include "autossh/background.hpp"

#include "autossh/descriptors.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include <sys/wait.h>
#include <unistd.h>

namespace autossh {

namespace {

/// The parent's part: word from the daemon, or its end.
[[noreturn]] void wait_for(pid_t daemon, int from_daemon)
{
    char word = 0;
    ssize_t size = 0;
    do
        size = ::read(from_daemon, &word, 1);
    while (size < 0 && errno == EINTR);
    if (size == 1)
        ::_exit(EXIT_SUCCESS);

    int status = 0;
    pid_t ended = 0;
    do
        ended = ::waitpid(daemon, &status, 0);
    while (ended < 0 && errno == EINTR);
    ::_exit(ended == daemon && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

[[noreturn]] void fail()
{
    throw std::system_error(errno, std::generic_category(), "run as daemon failed");
}

}  // namespace

Background Background::enter(const std::function<void(pid_t)>& in_parent)
{
    Pipe word;                   // from the daemon to its parent
    ::signal(SIGCHLD, SIG_DFL);  // ignored by our caller, it would take the daemon's status away
    const pid_t daemon = ::fork();
    if (daemon < 0)
        fail();
    if (daemon > 0) {
        word.write_end.reset();
        in_parent(daemon);
        wait_for(daemon, word.read_end.get());
    }
    ::setsid();
    close_inherited_descriptors();
    detach_standard_streams();
    if (::chdir("/") < 0)
        fail();
    return Background(std::move(word.write_end));
}

void Background::ready()
{
    static_cast<void>(write_all(to_parent_.get(), "+"));
    to_parent_.reset();
}

}  // namespace autossh
