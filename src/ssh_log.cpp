#include "autossh/ssh_log.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

namespace autossh {

namespace {

constexpr std::size_t longest_line = 16 * 1024;  // a line without an end must not take all memory
constexpr int most_reads = 64;                   // per turn: an ssh -vvv that never pauses must not hold us

UniqueFd open_end(const std::string& path, int flags)
{
    UniqueFd end(::open(path.c_str(), flags | O_NONBLOCK | O_CLOEXEC));
    if (!end)
        throw std::system_error(errno, std::generic_category(), path);
    return end;
}

int make_and_open(const std::string& path)
{
    if (::mkfifo(path.c_str(), S_IRUSR | S_IWUSR) < 0)
        throw std::system_error(errno, std::generic_category(), path);
    return open_end(path, O_RDONLY).release();
}

}  // namespace

SshLog::SshLog(const boost::asio::any_io_executor& executor, std::string path,
               std::function<void(std::string_view)> on_line)
    : path_(std::move(path)), on_line_(std::move(on_line)), read_end_(executor, make_and_open(path_)),
      write_end_(open_end(path_, O_WRONLY))
{
    wait();
}

SshLog::~SshLog()
{
    ::unlink(path_.c_str());
}

bool SshLog::exists() const
{
    struct stat there {};
    struct stat ours {};
    return ::stat(path_.c_str(), &there) == 0 && ::fstat(write_end_.get(), &ours) == 0 &&
           there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

void SshLog::wait()
{
    read_end_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this, alive = std::weak_ptr(alive_)](const boost::system::error_code& error) {
                             if (error || alive.expired())
                                 return;
                             drain();
                             wait();
                         });
}

void SshLog::drain()
{
    std::array<char, 4096> buffer;
    for (int reads = 0; reads < most_reads; ++reads) {
        const ssize_t size = ::read(read_end_.native_handle(), buffer.data(), buffer.size());
        if (size > 0)
            take({buffer.data(), static_cast<std::size_t>(size)});
        else if (size == 0 || errno != EINTR)
            return;
    }
}

void SshLog::finish()
{
    drain();
    if (!unfinished_.empty())
        on_line_(std::exchange(unfinished_, {}));
}

void SshLog::take(std::string_view bytes)
{
    while (!bytes.empty()) {
        const std::size_t newline = bytes.find('\n');
        const std::size_t size = newline == std::string_view::npos ? bytes.size() : newline + 1;
        unfinished_ += bytes.substr(0, size);
        bytes.remove_prefix(size);
        if (newline != std::string_view::npos || unfinished_.size() >= longest_line)
            on_line_(std::exchange(unfinished_, {}));
    }
}

}  // namespace autossh
