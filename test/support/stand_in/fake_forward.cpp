#include "support/stand_in/fake_forward.hpp"

#include "support/stand_in/fake_words.hpp"

#include <arpa/inet.h>
#include <csignal>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace fake_ssh {
namespace {

struct Plan {
    std::string how = "ok";
    timespec time = {};
    int listen_port = 0;
    int read_port = 0;  // 0: an echo service
    int notes = -1;
};

/// "P:127.0.0.1:Q" behind the option; zeros when there is none.
void find_forward(const std::vector<std::string>& words, const std::string& option, int& from, int& to)
{
    for (std::size_t i = 1; i < words.size(); ++i) {
        std::string value = words[i];
        if (value == option && i + 1 < words.size())
            value = words[i + 1];
        else if (value.rfind(option, 0) == 0)
            value.erase(0, option.size());
        else
            continue;
        int used = 0;
        if (std::sscanf(value.c_str(), "%i:127.0.0.1:%i%n", &from, &to, &used) == 2 &&
            static_cast<std::size_t>(used) == value.size())
            return;
    }
    from = to = 0;
}

sockaddr_in loopback(int port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<in_port_t>(port));
    return address;
}

int connect_to(int port, int flags = 0)
{
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
    const sockaddr_in address = loopback(port);
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 && flags == 0) {
        close(connection);
        return -1;
    }
    const int yes = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return connection;
}

void say(int connection, const std::string& text)
{
    if (connection >= 0)
        static_cast<void>(!send(connection, text.data(), text.size(), MSG_NOSIGNAL));
}

void pause_for(timespec time)
{
    nanosleep(&time, nullptr);  // signals are blocked in these threads
}

std::string garbled(const std::string& message)
{
    std::string text(message.size(), '#');
    return text.size() < 2 ? text : text.replace(text.size() - 2, 2, "\r\n");
}

/// One connection to the listener, with its other end.
class Conversation {
public:
    Conversation(const Plan& plan, int client) : plan_(plan), client_(client) {}
    ~Conversation()
    {
        close(client_);
        if (far_ >= 0)
            close(far_);
        for (const int stranger : strangers_)
            close(stranger);
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    void run()
    {
        if (!open_far_end() || plan_.how == "closing")
            return;
        pollfd watched[] = {{client_, POLLIN, 0}, {far_, POLLIN, 0}};  // poll skips a far end of -1
        for (;;) {
            watched[1].fd = far_;
            if (poll(watched, 2, -1) < 0)
                continue;
            if (watched[1].revents != 0 && !far_end_closed())
                return;
            if (watched[0].revents != 0 && !hear())
                return;
        }
    }

private:
    bool is_loop() const { return plan_.read_port != 0; }

    bool open_far_end()
    {
        if (!is_loop() || plan_.how == "blackhole")
            return true;
        if (plan_.how == "long-way")
            pause_for(plan_.time);
        const bool talks = plan_.how.rfind("stranger", 0) == 0;
        const int count = plan_.how == "strangers" ? 3 : talks || plan_.how == "silent-stranger" ? 1 : 0;
        for (int i = 0; i < count; ++i) {
            strangers_.push_back(connect_to(plan_.read_port));
            if (talks)
                say(strangers_.back(), std::string(400, 's'));
        }
        far_ = connect_to(plan_.read_port);
        return far_ >= 0;
    }

    /// The reader has gone: a second connection for those who want one. False: the end.
    bool far_end_closed()
    {
        const bool again = plan_.how == "garbage-again" || plan_.how == "garbage-once";
        char buffer[256];
        if (recv(far_, buffer, sizeof buffer, 0) > 0)
            return true;
        close(far_);
        far_ = -1;
        // Otherwise the writer's side stays, as a channel half closed: it ends when the writer ends it.
        if (again && !second_) {
            second_ = true;
            far_ = connect_to(plan_.read_port);
        }
        return true;
    }

    bool hear()
    {
        char buffer[4096];
        const ssize_t count = recv(client_, buffer, sizeof buffer, 0);
        if (count <= 0)
            return false;
        heard_.append(buffer, static_cast<std::size_t>(count));
        for (std::size_t end; (end = heard_.find('\n')) != std::string::npos;) {
            const std::string message = heard_.substr(0, end + 1);
            heard_.erase(0, end + 1);
            const std::string note = quoted(message).append("\n");
            static_cast<void>(!write(plan_.notes, note.data(), note.size()));
            if (!answer(message))
                return false;
        }
        return true;
    }

    bool answer(const std::string& message)
    {
        const int back = is_loop() ? far_ : client_;
        const std::string& how = plan_.how;
        const std::string half = message.substr(0, message.size() / 2);
        if (how == "silent" || how == "blackhole")
            return true;
        if (how == "late")
            pause_for(plan_.time);
        if (how == "slow")
            drip(back, message);
        else if (how == "garbage" || how == "garbage-again" || (how == "garbage-once" && !second_))
            say(back, garbled(message));
        else if (how == "truncated" || how == "cut")
            say(back, half);
        else
            say(back, (how == "prefix" ? "noise" : "") + message + (how == "suffix" ? "noise" : ""));
        second_ = second_ || (how == "garbage-once" && !is_loop());
        return how != "cut";
    }

    void drip(int back, const std::string& message) const
    {
        for (const char c : message) {
            pause_for(plan_.time);
            say(back, std::string(1, c));
        }
    }

    Plan plan_;
    int client_;
    int far_ = -1;
    bool second_ = false;
    std::vector<int> strangers_;
    std::string heard_;
};

/// A thread of ours must never get a signal: main does what the script says about them.
template <typename Work>
void in_background(Work work)
{
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread(work).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

int open_listener(int port, int queue)
{
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const sockaddr_in address = loopback(port);
    if (bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        listen(listener, queue) < 0) {
        std::fprintf(stderr, "fake_ssh: cannot listen on port %d\n", port);
        _exit(255);
    }
    return listener;
}

}  // namespace

void forward(const std::vector<std::string>& words, const std::vector<std::string>& how, int notes)
{
    Plan plan;
    plan.notes = notes;
    if (!how.empty())
        plan.how = how[0];
    if (how.size() > 1)
        plan.time = time_value(how[1]);
    int unused = 0;
    find_forward(words, "-L", plan.listen_port, unused);
    find_forward(words, "-R", unused, plan.read_port);
    if (plan.how == "refuse" || plan.listen_port == 0)
        return;
    const bool full = plan.how == "full";
    const int listener = open_listener(plan.listen_port, full ? 0 : 128);
    if (full) {
        for (int i = 0; i < 4; ++i)
            connect_to(plan.listen_port, SOCK_NONBLOCK);  // left open: they fill the queue
        return;
    }
    in_background([plan, listener] {
        for (;;) {
            const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (client >= 0)
                in_background([plan, client] { Conversation(plan, client).run(); });
        }
    });
}

}  // namespace fake_ssh
