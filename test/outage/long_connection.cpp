#include "outage/long_connection.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <netinet/in.h>
#include <sys/socket.h>

namespace autossh_test::outage {
namespace {

constexpr std::chrono::milliseconds between_uses{100};

autossh::UniqueFd connect_for_long(unsigned short port)
{
    autossh::UniqueFd connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        connection.reset();
    return connection;
}

/// The other side has ended it. (One that only hangs has not.)
bool was_closed(int socket)
{
    char bytes[256];
    if (send(socket, "x", 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && errno != EAGAIN)
        return true;
    ssize_t size = 0;
    while ((size = recv(socket, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
    }
    return size == 0 || (errno != EAGAIN && errno != EINTR);
}

}  // namespace

LongConnection::LongConnection(unsigned short port, const Prober& prober, bool at_once)
    : port_(port), prober_(prober), since_(Clock::now()), at_once_(at_once),
      thread_(&LongConnection::run, this)
{}

LongConnection::~LongConnection()
{
    stops_ = true;
    thread_.join();
}

void LongConnection::run()
{
    while (!stops_) {
        if (is_time())
            use();
        std::this_thread::sleep_for(between_uses);
    }
}

bool LongConnection::is_time() const
{
    const auto good = good_since(prober_.probes());
    return good && (at_once_ || *good > since_) && Clock::now() - *good >= 4 * between_uses;
}

void LongConnection::use()
{
    const autossh::UniqueFd connection = connect_for_long(port_);
    if (!connection)
        return;
    ++opened_;
    while (!stops_) {
        if (was_closed(connection.get())) {
            ++broken_;
            return;
        }
        std::this_thread::sleep_for(between_uses);
    }
}

}  // namespace autossh_test::outage
