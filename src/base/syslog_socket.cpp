#include "autossh/base/syslog_socket.hpp"

#include "autossh/base/socket_address.hpp"

#include <array>
#include <cerrno>
#include <ctime>

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <syslog.h>
#include <unistd.h>

namespace autossh {

#ifdef __linux__

namespace {

constexpr const char* daemons_socket = "/dev/log";
constexpr int socket_patience_ms = 100;

/// RFC 3164, as the C library has it: `<PRIORITY>Mmm dd hh:mm:ss autossh[PID]: TEXT`.
std::string packet(Level level, std::string_view text)
{
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    localtime_r(&now, &local);
    std::array<char, 32> stamp{};
    const std::size_t length = std::strftime(stamp.data(), stamp.size(), "%b %e %H:%M:%S", &local);
    return fmt::format("<{}>{} autossh[{}]: {}", LOG_USER | static_cast<int>(level),
                       std::string_view(stamp.data(), length), ::getpid(), text);
}

bool is_full(int error)
{
    return error == EAGAIN || error == ENOBUFS;
}

}  // namespace

bool SyslogSocket::connect()
{
    const auto address = UnixAddress::of_path(daemons_socket);
    socket_ = open_socket(AF_UNIX, SOCK_DGRAM);
    if (socket_ && ::connect(socket_.get(), address->get(), address->size()) < 0)
        socket_.reset();
    return static_cast<bool>(socket_);
}

bool SyslogSocket::send(Level level, std::string_view text)
{
    const std::string line = packet(level, text);
    const auto sent = [&] { return ::send(socket_.get(), line.data(), line.size(), MSG_NOSIGNAL) >= 0; };
    if (!socket_ && !connect())
        return false;
    bool done = sent();
    if (!done && !is_full(errno))  // a new daemon has a new socket
        done = connect() && sent();
    if (!done && socket_ && is_full(errno) && !stuck_) {
        pollfd writable{socket_.get(), POLLOUT, 0};
        done = ::poll(&writable, 1, socket_patience_ms) > 0 && sent();
    }
    stuck_ = !done;
    return done;
}

#else

bool SyslogSocket::connect()
{
    return true;
}

bool SyslogSocket::send(Level level, std::string_view text)
{
    ::openlog("autossh", LOG_PID, LOG_USER);
    ::syslog(static_cast<int>(level), "%.*s", static_cast<int>(text.size()), text.data());
    return true;
}

#endif

}  // namespace autossh
