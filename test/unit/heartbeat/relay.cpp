#include "unit/heartbeat/relay.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

sockaddr_un address_of(const std::filesystem::path& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.native().copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

int checked(int result, const char* what)
{
    if (result < 0)
        throw std::system_error(errno, std::generic_category(), what);
    return result;
}

/// In one process with the code under test: no descriptor of ours may look like one of its leaks.
int private_descriptor(int descriptor)
{
    fcntl(checked(descriptor, "relay"), F_SETFD, FD_CLOEXEC);
    return descriptor;
}

void say(int connection, const std::string& text)
{
    static_cast<void>(!send(connection, text.data(), text.size(), MSG_NOSIGNAL));
}

}  // namespace

Relay::Relay(const std::filesystem::path& directory, Manner manner)
    : directory_(directory), manner_(manner),
      listener_(private_descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)))
{
    const sockaddr_un address = address_of(directory / "out");
    checked(bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address), "bind");
    checked(listen(listener_, 8), "listen");
    checked(pipe(stop_), "pipe");
    private_descriptor(stop_[0]);
    private_descriptor(stop_[1]);
    thread_ = std::thread([this] { serve(); });
}

Relay::~Relay()
{
    close(stop_[1]);
    thread_.join();
    close(stop_[0]);
    close(listener_);
}

void Relay::serve() const
{
    pollfd watched[] = {{stop_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    while (poll(watched, 2, -1) > 0 && watched[0].revents == 0) {
        const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        converse(client);
        close(client);
    }
}

void Relay::converse(int client) const
{
    int strangers[] = {-1, -1};
    if (manner_ == Manner::strangers) {
        for (int& stranger : strangers)
            stranger = connect_back();
        say(strangers[0], std::string(400, 's'));
    }
    const int back = manner_ == Manner::silent ? -1 : connect_back();
    pollfd watched[] = {{stop_[0], POLLIN, 0}, {client, POLLIN, 0}, {back, POLLIN, 0}};  // skips a -1
    bool open = manner_ != Manner::closing;
    while (open && poll(watched, 3, -1) > 0 && watched[0].revents == 0) {
        if (watched[1].revents != 0)
            open = pass_on(client, back);
        else
            open = pass_on(back, client);
    }
    for (const int descriptor : {strangers[0], strangers[1], back})
        if (descriptor >= 0)
            close(descriptor);
}

bool Relay::pass_on(int from, int to) const
{
    char bytes[4096];
    const ssize_t size = recv(from, bytes, sizeof bytes, 0);
    if (size <= 0)
        return false;
    const auto count = static_cast<std::size_t>(size);
    if (manner_ == Manner::garbling)
        say(to, std::string(count, '#'));
    else if (manner_ != Manner::mute && to >= 0)
        say(to, std::string(bytes, count));
    return true;
}

int Relay::connect_back() const
{
    const int connection = private_descriptor(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = address_of(directory_ / "in");
    checked(connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address), "connect");
    return connection;
}
