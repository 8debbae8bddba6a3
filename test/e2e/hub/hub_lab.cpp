#include "e2e/hub/hub_lab.hpp"

#include "support/tested_autossh.hpp"

#include <csignal>

#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace autossh_test {

namespace {

int connected_to(unsigned short port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    return socket;
}

int connected_to(const std::string& path)
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    return socket;
}

void send_whole(int socket, const std::string& text)
{
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t size = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (size <= 0)
            return;
        sent += static_cast<std::size_t>(size);
    }
}

std::string receive_from(int socket, std::size_t most)
{
    std::string text;
    pollfd state{socket, POLLIN, 0};
    while (text.size() < most && ::poll(&state, 1, static_cast<int>(generous.count())) > 0) {
        char bytes[4096];
        const ssize_t size = ::recv(socket, bytes, std::min(sizeof bytes, most - text.size()), 0);
        if (size <= 0)
            break;
        text.append(bytes, static_cast<std::size_t>(size));
    }
    return text;
}

std::string echo_over(int socket, const std::string& text)
{
    send_whole(socket, text);
    ::shutdown(socket, SHUT_WR);
    std::string back = receive_from(socket, text.size() + 1);
    ::close(socket);
    return back;
}

}  // namespace

HubLab::HubLab(const std::string& keys, const std::string& table) : port_(free_port_pair())
{
    write(fmt::format("[hub]\nlisten = [\"127.0.0.1:{}\", \"{}\"]\n{}", port_, path(), keys), table);
    start();
}

void HubLab::write(const std::string& text, const std::string& table) const
{
    write_file(lab_ / "hub.toml", text);
    ::chmod((lab_ / "hub.toml").c_str(), 0600);
    if (table.empty())
        return;
    write_file(lab_ / "boxes.csv", table);
    ::chmod((lab_ / "boxes.csv").c_str(), 0600);
}

void HubLab::start()
{
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab_ / "log", lab_ / "hub.toml"};
    options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}, {"XDG_STATE_HOME", lab_.place()}};
    hub_ = std::make_unique<Process>(options);
    wait_until([&] { return ::access(path().c_str(), F_OK) == 0 || hub_->exit_result(); });
    wait_until([&] { return told({"hub"}).starts_with("hub, "); });
}

void HubLab::stop()
{
    hub_->signal(SIGTERM);
    hub_->wait_for_exit();
}

bool HubLab::has_logged(const std::string& words, std::chrono::milliseconds deadline) const
{
    return wait_until([&] { return log().find(words) != std::string::npos; }, deadline);
}

ProcessOptions HubLab::ctl(std::vector<std::string> words) const
{
    words.insert(words.begin(), {"-D", std::to_string(hub_->pid())});
    return lab_.options(words);
}

std::string HubLab::told(const std::vector<std::string>& words) const
{
    const Process process(ctl(words));
    const auto result = process.wait_for_exit();
    return process.output() + process.errors() + (result ? result->text() : "no end");
}

bool HubLab::comes_to_tell(const std::vector<std::string>& words, const std::string& text,
                           std::chrono::milliseconds deadline) const
{
    return wait_until([&] { return told(words).find(text) != std::string::npos; }, deadline,
                      std::chrono::milliseconds(50));
}

bool HubLab::beat(const std::string& box) const
{
    const std::string message = fmt::format("node autossh 1201 1804289383 {}\r\n", box);
    return echo_of(port_, message) == message;
}

std::string echo_of(unsigned short port, const std::string& text)
{
    return echo_over(connected_to(port), text);
}

std::string echo_of(const std::string& path, const std::string& text)
{
    return echo_over(connected_to(path), text);
}

HeldConnection::HeldConnection(unsigned short port) : socket_(connected_to(port)) {}

HeldConnection::~HeldConnection()
{
    ::close(socket_);
}

void HeldConnection::send(const std::string& text) const
{
    send_whole(socket_, text);
}

std::string HeldConnection::receive(std::size_t most) const
{
    return receive_from(socket_, most);
}

bool HeldConnection::has_been_closed() const
{
    pollfd state{socket_, POLLIN | POLLRDHUP, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLRDHUP | POLLERR)) != 0;
}

}  // namespace autossh_test
