#include "e2e/support/listener.hpp"

#include "support/waiting.hpp"

#include <stdexcept>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace autossh_test {

namespace {

sockaddr_in address_of_listener(unsigned short port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool readable(int fd)
{
    pollfd input{fd, POLLIN, 0};
    return poll(&input, 1, static_cast<int>(generous.count())) == 1;
}

}  // namespace

Listener::Listener(unsigned short port) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    const int yes = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = address_of_listener(port);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, SOMAXCONN) != 0)
        throw std::runtime_error("cannot listen on port " + std::to_string(port));
}

Listener::~Listener()
{
    close(connection_);
    close(listener_);
}

std::string Listener::accept_line()
{
    close(connection_);
    connection_ = readable(listener_) ? accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC) : -1;
    std::string line;
    char byte = 0;
    while (connection_ >= 0 && !line.ends_with('\n') && readable(connection_) &&
           read(connection_, &byte, 1) == 1)
        line += byte;
    return line;
}

void Listener::reply(const std::string& text) const
{
    static_cast<void>(!write(connection_, text.data(), text.size()));
}

int connect_to(unsigned short port)
{
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = address_of_listener(port);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

}  // namespace autossh_test
