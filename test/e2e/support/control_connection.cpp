#include "e2e/support/control_connection.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace autossh_test {

namespace {

std::string socket_in(const std::filesystem::path& parent)
{
    for (const auto& entry : std::filesystem::directory_iterator(parent))
        if (entry.path().filename().string().starts_with("auto-ssh.") &&
            std::filesystem::exists(entry.path() / "control"))
            return entry.path() / "control";
    return "";
}

int connected(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return -1;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    ::close(fd);
    return -1;
}

}  // namespace

ControlConnection::ControlConnection(const std::filesystem::path& parent)
{
    wait_until([&] {
        fd_ = connected(socket_in(parent));
        return is_open();
    });
}

ControlConnection::~ControlConnection()
{
    if (is_open())
        ::close(fd_);
}

std::size_t ControlConnection::send(const std::string& text)
{
    const ssize_t size = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
    return size < 0 ? 0 : static_cast<std::size_t>(size);
}

std::string ControlConnection::line()
{
    const auto has_line = [&] {
        char bytes[4096];
        ssize_t size = 0;
        while ((size = ::recv(fd_, bytes, sizeof bytes, 0)) > 0)
            text_.append(bytes, static_cast<std::size_t>(size));
        return size == 0 || text_.find('\n') != std::string::npos;
    };
    if (text_.find('\n') == std::string::npos)
        wait_until(has_line);
    const std::size_t end = text_.find('\n');
    if (end == std::string::npos)
        return "";
    const std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
}

std::string ControlConnection::line_with(const std::string& words)
{
    for (std::string next = line(); !next.empty(); next = line())
        if (next.find(words) != std::string::npos)
            return next;
    return "";
}

}  // namespace autossh_test
