#include "outage/isolated.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test::outage {
namespace {

using autossh::UniqueFd;

constexpr char success = '+';
constexpr char failure = '-';

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int file, const std::string& text)
{
    for (std::size_t written = 0; written < text.size();) {
        const ssize_t size = write(file, text.data() + written, text.size() - written);
        if (size < 0 && errno != EINTR)
            _exit(EXIT_FAILURE);  // nobody wants it any more
        written += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
}

std::string read_all(int file)
{
    std::string text;
    std::array<char, 16384> buffer{};
    for (;;) {
        const ssize_t size = read(file, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            return text;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
}

int wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

/// True if the reader has gone: then the death that would have ended us may have come too early.
bool is_abandoned(int writing)
{
    pollfd end{writing, 0, 0};
    return poll(&end, 1, 0) == 1 && (end.revents & POLLERR) != 0;
}

void make_private_mounts()
{
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
        fail("private mounts");
    if (mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr) != 0)
        fail("/proc");
    if (mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") != 0)
        fail("/run");
    if (mkdir("/run/sshd", 0755) != 0 || mkdir("/run/tmp", 0700) != 0 || setenv("TMPDIR", "/run/tmp", 1) != 0)
        fail("/run/tmp");
}

/// Process 1 of the new namespaces.
[[noreturn]] void run_work(const Isolated::Work& work, int writing)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || is_abandoned(writing))
        _exit(EXIT_FAILURE);
    std::string result;
    try {
        make_private_mounts();
        result = success + work();
    } catch (const std::exception& error) {
        result = failure + std::string(error.what());
    }
    write_all(writing, result);
    _exit(EXIT_SUCCESS);
}

/// Stays outside of the new namespace for processes, and lives as long as its process 1.
[[noreturn]] void keep(const Isolated::Work& work, UniqueFd writing)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || is_abandoned(writing.get()))
        _exit(EXIT_FAILURE);
    if (unshare(CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC) != 0) {
        const std::error_code error(errno, std::generic_category());
        write_all(writing.get(), failure + std::string("unshare: ") + error.message());
        _exit(EXIT_SUCCESS);
    }
    const pid_t worker = fork();
    if (worker < 0)
        _exit(EXIT_FAILURE);
    if (worker == 0)
        run_work(work, writing.get());
    writing.reset();
    wait_for(worker);
    _exit(EXIT_SUCCESS);
}

}  // namespace

Isolated::Isolated(const Work& work)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0)
        fail("pipe");
    reading_ = UniqueFd(ends[0]);
    UniqueFd writing(ends[1]);
    keeper_ = fork();
    if (keeper_ < 0)
        fail("fork");
    if (keeper_ == 0) {
        reading_.reset();
        keep(work, std::move(writing));
    }
}

Isolated::~Isolated()
{
    if (keeper_ == 0)
        return;
    reading_.reset();
    kill(keeper_, SIGKILL);
    wait_for(keeper_);
}

std::string Isolated::result()
{
    const std::string text = read_all(reading_.get());
    wait_for(keeper_);
    keeper_ = 0;
    if (text.empty())
        throw std::runtime_error("the isolated process died");
    if (text.front() == failure)
        throw std::runtime_error(text.substr(1));
    return text.substr(1);
}

}  // namespace autossh_test::outage
