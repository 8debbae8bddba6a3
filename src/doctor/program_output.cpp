#include "autossh/doctor/program_output.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/system/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t most_of_output = 1024 * 1024;

constexpr std::chrono::milliseconds tick(500);

/// A piece of it. False: there is no more.
bool take_piece(int fd, std::string& text)
{
    std::array<char, 4096> piece;
    const ssize_t size = ::read(fd, piece.data(), piece.size());
    if (size > 0 && text.size() < most_of_output)
        text.append(piece.data(), static_cast<std::size_t>(size));
    return size > 0 || (size < 0 && errno == EINTR);
}

/// Until both streams have ended, it is enough, or the time is up (false).
bool read_both(UniqueFd& out, UniqueFd& err, ProgramOutput& output, Time end,
               const std::function<bool(std::string_view)>& enough)
{
    while (out || err) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        std::array<pollfd, 2> streams{pollfd{out ? out.get() : -1, POLLIN, 0},
                                      pollfd{err ? err.get() : -1, POLLIN, 0}};
        if (left <= 0)
            return false;
        const auto moment = std::min<std::chrono::milliseconds::rep>(left, tick.count());
        if (::poll(streams.data(), streams.size(), static_cast<int>(moment)) <= 0) {
            if (enough && enough(output.err))
                return true;
            continue;
        }
        if (streams[0].revents != 0 && !take_piece(out.get(), output.out))
            out.reset();
        if (streams[1].revents == 0)
            continue;
        if (!take_piece(err.get(), output.err))
            err.reset();
        if (enough && enough(output.err))
            return true;
    }
    return true;
}

/// A moment for it to end by itself, as its streams have.
int status_of_child(pid_t child, bool at_once)
{
    int status = 0;
    const Time end = Clock::now() + std::chrono::seconds(at_once ? 0 : 2);
    pid_t ended = 0;
    while ((ended = ::waitpid(child, &status, WNOHANG)) == 0 && Clock::now() < end)
        ::poll(nullptr, 0, 5);
    if (ended == 0) {
        ::kill(-child, SIGTERM);
        const Time last = Clock::now() + std::chrono::seconds(2);
        while ((ended = ::waitpid(child, &status, WNOHANG)) == 0 && Clock::now() < last)
            ::poll(nullptr, 0, 5);
    }
    ::kill(-child, SIGKILL);
    if (ended == 0)
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

ProgramOutput output_of(const Command& command, Duration limit,
                        const std::function<bool(std::string_view err)>& enough)
{
    ProgramOutput output;
    const InheritedSignals inherited;
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    pid_t child = -1;
    UniqueFd out_end;
    UniqueFd err_end;
    try {
        Pipe out;
        Pipe err;
        child = spawn(command, inherited, {null.get(), out.write_end.get(), err.write_end.get(), true});
        out_end = std::move(out.read_end);
        err_end = std::move(err.read_end);
    } catch (const std::system_error& error) {
        output.trouble = error.what();
        return output;
    }
    const bool in_time = read_both(out_end, err_end, output, Clock::now() + limit, enough);
    const bool ended_by_us = !in_time || (enough && enough(output.err));
    output.status = status_of_child(child, ended_by_us);
    if (!in_time)
        output.trouble = fmt::format("no answer within {}", with_unit(limit));
    return output;
}

}  // namespace autossh
