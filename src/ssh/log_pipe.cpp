#include "autossh/ssh/log_pipe.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/time.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>
#include <fcntl.h>
#include <sys/stat.h>

namespace autossh {

namespace {

constexpr std::size_t longest_log_line = 16 * 1024;  // a line without an end must not take all memory

/// Per turn of the event loop: a server can have ssh write empty lines without an end, and each is a line of
/// the log. The clock is asked now and then.
constexpr int most_lines_a_turn = 256;
constexpr Duration longest_turn = std::chrono::milliseconds(20);
constexpr int lines_between_looks = 16;

/// ssh stands still when it is full, and writes some hundred bytes for each connection through a forward.
[[maybe_unused]] constexpr int pipe_size = 1024 * 1024;

constexpr Duration longest_finish = std::chrono::milliseconds(200);
constexpr int most_reads = 256;  // a pipe of Linux, filled again and again

/// For both directions: with a writer there is never an end to read, however many writers come and go. (POSIX
/// leaves that open; Linux, the BSDs and Cygwin take it.)
int make_and_open(const std::string& path, [[maybe_unused]] SshLog::Size size)
{
    if (::mkfifo(path.c_str(), S_IRUSR | S_IWUSR) < 0)
        throw std::system_error(errno, std::generic_category(), path);
    const int fd = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        throw std::system_error(errno, std::generic_category(), path);
#ifdef F_SETPIPE_SZ
    if (size == SshLog::Size::large)
        ::fcntl(fd, F_SETPIPE_SZ, pipe_size);
#endif
    return fd;
}

}  // namespace

SshLog::SshLog(const Executor& executor, std::string path, std::function<void(std::string_view)> on_line,
               Size size)
    : path_(std::move(path)), on_line_(std::move(on_line)), fifo_(executor, make_and_open(path_, size)),
      readable_(fifo_, [this] { go_on(); })
{
    readable_.start();
}

SshLog::~SshLog()
{
    give_up_name();
}

void SshLog::give_up_name()
{
    if (!path_.empty())
        ::unlink(path_.c_str());
    path_.clear();
}

bool SshLog::exists()
{
    struct stat there {};
    struct stat ours {};
    return ::stat(path_.c_str(), &there) == 0 && ::fstat(fifo_.native_handle(), &ours) == 0 &&
           there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

/// The loop sees to everything else between two turns.
void SshLog::go_on()
{
    if (!drain()) {
        readable_.start();
        return;
    }
    readable_.stop();
    boost::asio::post(fifo_.get_executor(), lifetime_.guarded([this] { go_on(); }));
}

bool SshLog::drain()
{
    const Time end = Clock::now() + longest_turn;
    for (int lines = 0; lines < most_lines_a_turn; ++lines) {
        while (bytes_.find('\n', begin_) == std::string::npos && bytes_.size() - begin_ < longest_log_line)
            if (!read())
                return false;
        hand_out_line();
        if (lines % lines_between_looks == 0 && Clock::now() >= end)
            break;
    }
    return true;
}

/// False: there is nothing now.
bool SshLog::read()
{
    std::array<char, 4096> buffer;
    const ssize_t size = read_some(fifo_.native_handle(), buffer);
    if (size <= 0)
        return false;
    bytes_.erase(0, std::exchange(begin_, 0));
    bytes_.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
}

/// Or as much of one as fits into memory. What it leads to may come back to us.
void SshLog::hand_out_line()
{
    const std::size_t newline = bytes_.find('\n', begin_);
    const std::size_t rest = bytes_.size() - begin_;
    const std::size_t size = newline == std::string::npos ? rest : newline + 1 - begin_;
    const std::string line = bytes_.substr(begin_, std::min(size, longest_log_line));
    begin_ += line.size();
    on_line_(line);
}

bool SshLog::finish()
{
    const Time end = Clock::now() + longest_finish;
    bool more = true;
    while (more && Clock::now() < end)
        more = drain();
    if (!more && begin_ < bytes_.size())
        hand_out_line();
    begin_ = bytes_.size();
    for (int reads = 0; more && reads < most_reads && read(); ++reads)
        begin_ = bytes_.size();
    return !more;
}

UniqueFd SshLog::open_writer() const
{
    return UniqueFd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
}

bool SshOutput::drain()
{
    const bool more = errors && errors->drain();
    return (log && log->drain()) || more;
}

bool SshOutput::finish()
{
    if (errors)
        errors->finish();
    return !log || log->finish();
}

void SshOutput::leave_to(const std::function<void(std::string_view)>& on_line)
{
    for (SshLog* const pipe : {log.get(), errors.get()})
        if (pipe != nullptr)
            pipe->hand_to(on_line);
}

void SshOutput::give_up_names()
{
    for (SshLog* const pipe : {log.get(), errors.get()})
        if (pipe != nullptr)
            pipe->give_up_name();
}

}  // namespace autossh
