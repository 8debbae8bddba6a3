#include "e2e/support/server.hpp"

#include "support/machine/ports.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace autossh_test {
namespace {

sockaddr_in loopback(unsigned short port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

/// All of it, or as much as the other side takes.
bool send_all(int socket, const char* data, std::size_t size)
{
    while (size > 0) {
        const ssize_t sent = send(socket, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// Gives back what has come. False: the connection has ended.
bool echo(int socket)
{
    std::array<char, 16384> buffer{};
    const ssize_t size = recv(socket, buffer.data(), buffer.size(), 0);
    return size > 0 && send_all(socket, buffer.data(), static_cast<std::size_t>(size));
}

void limit_waiting(int socket, std::chrono::milliseconds limit)
{
    timeval time{};
    time.tv_sec = limit.count() / 1000;
    time.tv_usec = limit.count() % 1000 * 1000;
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

/// RFC 4253, 4.2, 6 and 11.1: a name, and SSH_MSG_DISCONNECT before any key exchange.
std::string goodbye(const std::string& reason)
{
    const auto number = [](std::size_t value) {
        std::string bytes;
        for (int shift = 24; shift >= 0; shift -= 8)
            bytes += static_cast<char>(value >> shift & 0xff);
        return bytes;
    };
    const std::string payload = '\1' + number(2) + number(reason.size()) + reason + number(0);
    const std::size_t padding = 8 - (5 + payload.size()) % 8 + 8;
    return "SSH-2.0-x\r\n" + number(1 + payload.size() + padding) + static_cast<char>(padding) + payload +
           std::string(padding, '\0');
}

std::string words_of(Server::Manner manner)
{
    if (manner == Server::Manner::banner)
        return Server::banner_text;
    return manner == Server::Manner::half_an_sshd ? Server::sshd_name : "";
}

}  // namespace

Server::Server(Manner manner, unsigned short port) : Server(manner, port, words_of(manner)) {}

Server::Server(std::string reason) : Server(Manner::goodbye, 0, goodbye(reason)) {}

Server::Server(Manner manner, unsigned short port, std::string words)
    : manner_(manner), words_(std::move(words)), port_(port != 0 ? port : free_port_pair()),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    const int yes = 1;
    const sockaddr_in address = loopback(port_);
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        listen(listener_, 64) < 0 || pipe2(wake_, O_CLOEXEC) < 0)
        throw std::system_error(errno, std::generic_category(), "test server");
    thread_ = std::thread([this] { serve(); });
}

Server::~Server()
{
    close(wake_[1]);  // ends the thread
    thread_.join();
    close(wake_[0]);
    close(listener_);
}

void Server::accept_one(std::vector<int>& open)
{
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0)
        return;
    ++connections_;
    limit_waiting(socket, generous);
    send_all(socket, words_.data(), words_.size());
    if (manner_ == Manner::goodbye)
        shutdown(socket, SHUT_WR);
    if (manner_ == Manner::resets) {
        const linger at_once{1, 0};
        setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    if (manner_ == Manner::banner || manner_ == Manner::closes || manner_ == Manner::resets)
        close(socket);
    else
        open.push_back(socket);
}

/// False: the connection has ended.
bool Server::answer(int socket) const
{
    if (manner_ == Manner::echo)
        return echo(socket);
    std::array<char, 16384> ignored{};
    return recv(socket, ignored.data(), ignored.size(), 0) > 0;
}

void Server::serve()
{
    std::vector<int> open;
    for (;;) {
        std::vector<pollfd> watched{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
        for (const int socket : open)
            watched.push_back({socket, POLLIN, 0});
        if (poll(watched.data(), watched.size(), -1) < 0)
            continue;
        if (watched[0].revents != 0)
            break;
        for (std::size_t i = 2; i < watched.size(); ++i) {
            if (watched[i].revents == 0 || answer(watched[i].fd))
                continue;
            close(watched[i].fd);
            std::erase(open, watched[i].fd);
        }
        if (watched[1].revents != 0)
            accept_one(open);
    }
    for (const int socket : open)
        close(socket);
}

OpenConnection::OpenConnection(unsigned short port, std::chrono::milliseconds time_limit)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    limit_waiting(socket_, time_limit);
    const sockaddr_in address = loopback(port);
    open_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

OpenConnection::~OpenConnection()
{
    close(socket_);
}

std::string OpenConnection::exchange(const std::string& text) const
{
    std::string reply;
    if (!open_ || !send_all(socket_, text.data(), text.size()))
        return reply;
    std::array<char, 16384> buffer{};
    while (reply.size() < text.size()) {
        const ssize_t size = recv(socket_, buffer.data(), buffer.size(), 0);
        if (size <= 0)
            break;
        reply.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return reply;
}

std::string exchange(unsigned short port, const std::string& text, std::chrono::milliseconds time_limit)
{
    return OpenConnection(port, time_limit).exchange(text);
}

bool carries_bytes(unsigned short port, std::chrono::milliseconds deadline)
{
    // The long one is more than one packet, and less than the buffers on the way hold.
    std::string long_text(30000, 'x');
    for (std::size_t i = 0; i < long_text.size(); ++i)
        long_text[i] = static_cast<char>(i * 7 % 256);
    return wait_until([&] { return exchange(port, "hello") == "hello"; }, deadline) &&
           autossh_test::exchange(port, long_text) == long_text;
}

}  // namespace autossh_test
