// Loaded into sshd (LD_PRELOAD) to give it a loopback address of its own, which LOOPBACK_ADDRESS names: that
// is its 127.0.0.1.
// Only so can a client and a server on one machine both have a 127.0.0.1:P, as a heartbeat's loop needs
// (-L P:127.0.0.1:P beside -R P:…). It needs no privilege, unlike a network namespace.
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace {

using AddressCall = int (*)(int, const sockaddr*, socklen_t);

int call_elsewhere(const char* name, int socket, const sockaddr* address, socklen_t length)
{
    const auto call = reinterpret_cast<AddressCall>(::dlsym(RTLD_NEXT, name));
    sockaddr_in moved{};
    if (address->sa_family != AF_INET || length < sizeof moved)
        return call(socket, address, length);
    std::memcpy(&moved, address, sizeof moved);
    const char* const own = std::getenv("LOOPBACK_ADDRESS");
    if (own != nullptr && moved.sin_addr.s_addr == htonl(INADDR_LOOPBACK))
        ::inet_pton(AF_INET, own, &moved.sin_addr);
    return call(socket, reinterpret_cast<const sockaddr*>(&moved), sizeof moved);
}

}  // namespace

extern "C" int bind(int socket, const sockaddr* address, socklen_t length) noexcept
{
    return call_elsewhere("bind", socket, address, length);
}

extern "C" int connect(int socket, const sockaddr* address, socklen_t length)
{
    return call_elsewhere("connect", socket, address, length);
}
