#include "support/machine/notify_listener.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace autossh_test {

NotifyListener::NotifyListener(bool abstract)
    : name_(abstract ? "@" + directory_.path().string() : (directory_ / "notify").string())
{
    listen();
}

NotifyListener::NotifyListener(const std::string& path) : name_(path)
{
    listen();
}

NotifyListener::~NotifyListener()
{
    close(socket_);
}

void NotifyListener::listen()
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name_.copy(address.sun_path, sizeof address.sun_path - 1);
    auto size = static_cast<socklen_t>(sizeof address);
    if (name_.starts_with('@')) {
        address.sun_path[0] = '\0';
        size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    }
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0)
        throw std::system_error(errno, std::generic_category(), name_);
}

std::string NotifyListener::next() const
{
    pollfd readable{socket_, POLLIN, 0};
    if (poll(&readable, 1, static_cast<int>(std::chrono::milliseconds(generous).count())) != 1)
        return "";
    std::array<char, 4096> message;
    const ssize_t size = recv(socket_, message.data(), message.size(), 0);
    return {message.data(), static_cast<std::size_t>(size > 0 ? size : 0)};
}

std::string NotifyListener::next_with(const std::string& words) const
{
    const auto deadline = std::chrono::steady_clock::now() + generous;
    std::string message = next();
    while (!message.empty() && message.find(words) == std::string::npos) {
        if (std::chrono::steady_clock::now() > deadline)
            return "";
        message = next();
    }
    return message;
}

bool NotifyListener::is_silent() const
{
    pollfd readable{socket_, POLLIN, 0};
    return poll(&readable, 1, 0) == 0;
}

}  // namespace autossh_test
