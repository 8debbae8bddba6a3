#include "support/machine/ports.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <netinet/in.h>
#include <set>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test {
namespace {

// Below those that Linux takes for outgoing connections, and those of -M auto on the server, which is here.
constexpr int first_port = 10000;
constexpr int pairs = 11000;

/// One file for all test processes of a user; each holds the bytes of its pairs locked. Nothing to clean up:
/// the kernel drops the locks with the process.
int lock_file()
{
    static const int file = [] {
        const auto path = std::filesystem::temp_directory_path() /
                          ("autossh-test-ports." + std::to_string(getuid()) + ".lock");
        const int opened = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (opened < 0)
            throw std::system_error(errno, std::generic_category(), path.string());
        return opened;
    }();
    return file;
}

bool lock_pair(int pair)
{
    struct flock range = {};
    range.l_type = F_WRLCK;
    range.l_whence = SEEK_SET;
    range.l_start = pair;
    range.l_len = 1;
    return fcntl(lock_file(), F_OFD_SETLK, &range) == 0;
}

}  // namespace

bool port_is_free(unsigned short port)
{
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        throw std::system_error(errno, std::generic_category(), "socket");
    const int yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    const bool is_free = bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                         listen(listener, 1) == 0;
    close(listener);
    return is_free;
}

unsigned short free_port_pair()
{
    static std::mutex mutex;
    static std::set<int> taken;
    const std::lock_guard lock(mutex);
    // Processes started one after the other begin far apart, so that they seldom meet.
    static int next = static_cast<int>(getpid() * 211L % pairs);
    for (int tried = 0; tried < pairs; ++tried) {
        const int pair = next;
        next = (next + 1) % pairs;
        const auto port = static_cast<unsigned short>(first_port + 2 * pair);
        if (taken.contains(pair) || !lock_pair(pair))
            continue;
        taken.insert(pair);
        if (port_is_free(port) && port_is_free(static_cast<unsigned short>(port + 1)))
            return port;
    }
    throw std::runtime_error("no free pair of ports");
}

}  // namespace autossh_test
