// A stand-in for ssh that costs little: answers -G, logs in, and sleeps. It says and shows what OpenSSH's
// does, and carries the loop of -M auto, one connection at a time.
//   ssh -G …                                            its configuration
//   ssh -E FILE … -L ENTRANCE:HOST:PORT -R HOST:PORT:EXIT … HOST    writes into FILE that it has logged in

#include <cstdio>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

constexpr const char* configuration =
    "host far\nhostname 127.0.0.1\nport 22\nuser somebody\nloglevel INFO\nserveraliveinterval 0\n"
    "serveralivecountmax 3\nexitonforwardfailure no\nbatchmode no\nclearallforwardings no\nsessiontype none\n"
    "requesttty false\nremoteforward 2222 [localhost]:22\n";
constexpr const char* logged_in = "Authenticated to 127.0.0.1 ([127.0.0.1]:22) using \"publickey\".\r\n";

void ignore_resize(int) {}

sockaddr_un address_of(std::string_view path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

/// Both ways, until one side has closed.
void relay(int one, int other)
{
    char bytes[4096];
    for (;;) {
        pollfd ends[2] = {{one, POLLIN, 0}, {other, POLLIN, 0}};
        if (::poll(ends, 2, -1) < 0)
            return;
        for (int i = 0; i < 2; ++i) {
            if (ends[i].revents == 0)
                continue;
            const ssize_t size = ::read(ends[i].fd, bytes, sizeof bytes);
            if (size <= 0 || ::write(ends[1 - i].fd, bytes, static_cast<size_t>(size)) < 0)
                return;
        }
    }
}

[[noreturn]] void carry_loop(std::string_view from, std::string_view to)
{
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un entrance = address_of(from);
    ::unlink(entrance.sun_path);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&entrance), sizeof entrance) != 0 ||
        ::listen(listener, 1) != 0)
        ::_exit(1);
    for (;;) {
        const int in = ::accept(listener, nullptr, nullptr);
        const int out = ::socket(AF_UNIX, SOCK_STREAM, 0);
        const sockaddr_un exit = address_of(to);
        if (::connect(out, reinterpret_cast<const sockaddr*>(&exit), sizeof exit) == 0)
            relay(in, out);
        ::close(in);
        ::close(out);
    }
}

}  // namespace

int main(int argc, char** argv)
{
    const char* log = nullptr;
    std::string_view entrance;
    std::string_view exit;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const std::string_view next = i + 1 < argc ? argv[i + 1] : "";
        if (word == "-G")
            return ::write(STDOUT_FILENO, configuration, std::strlen(configuration)) < 0 ? 1 : 0;
        if (word == "-E")
            log = argv[i + 1];
        if (word == "-L" && next.starts_with('/'))
            entrance = next.substr(0, next.find(':'));
        if (word == "-R" && next.find(":/") != std::string_view::npos)
            exit = next.substr(next.find(":/") + 1);
    }
    ::signal(SIGWINCH, ignore_resize);  // as the loop behind OpenSSH's log-in
    ::signal(SIGPIPE, SIG_IGN);
    const int file = log != nullptr ? ::open(log, O_WRONLY | O_APPEND) : STDERR_FILENO;
    if (::write(file, logged_in, std::strlen(logged_in)) < 0)
        return 1;
    if (!entrance.empty())
        carry_loop(entrance, exit);
    for (;;)
        ::pause();
}
