// Connects to a Unix socket, misbehaves, and waits for the other side to end it.
//   ask_rudely SOCKET garbage|flood|silence
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

int connect_to(const char* path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (std::strlen(path) >= sizeof address.sun_path)
        return -1;
    std::strcpy(address.sun_path, path);
    const int connected = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connected < 0 || connect(connected, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
        return -1;
    return connected;
}

std::string words_of(std::string_view manner)
{
    if (manner == "garbage")
        return {'\0', '\xff', '\n', 'a', '\0', '%', 's', '\x80'};
    return manner == "flood" ? std::string(std::size_t{1} << 20, 'a') : std::string();
}

}  // namespace

int main(int argc, char** argv)
{
    const int connected = argc == 3 ? connect_to(argv[1]) : -1;
    if (connected < 0)
        return EXIT_FAILURE;
    const std::string_view manner = argv[2];
    const std::string words = words_of(manner);
    for (std::size_t at = 0; at < words.size();) {
        const ssize_t sent = send(connected, words.data() + at, words.size() - at, MSG_NOSIGNAL);
        if (sent <= 0)
            break;
        at += static_cast<std::size_t>(sent);
    }
    if (manner != "silence")
        shutdown(connected, SHUT_WR);
    char answer = 0;
    while (read(connected, &answer, 1) > 0)
        ;
    return EXIT_SUCCESS;
}
