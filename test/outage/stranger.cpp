#include "outage/stranger.hpp"

#include "autossh/base/unique_fd.hpp"

#include <chrono>
#include <deque>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>

namespace autossh_test::outage {
namespace {

autossh::UniqueFd connect_to(unsigned short port)
{
    autossh::UniqueFd connection(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    // Refused or not, it is in the way.
    static_cast<void>(connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    return connection;
}

}  // namespace

Stranger::Stranger(unsigned short port) : port_(port), thread_(&Stranger::run, this) {}

Stranger::~Stranger()
{
    stops_ = true;
    thread_.join();
}

void Stranger::run() const
{
    constexpr std::chrono::milliseconds interval{20};
    constexpr std::size_t most_open = 20;
    constexpr std::string_view nonsense = "GET / HTTP/1.0\r\n\r\n";
    std::deque<autossh::UniqueFd> open;
    for (bool talks = true; !stops_; talks = !talks) {
        open.push_back(connect_to(port_));
        std::this_thread::sleep_for(interval);
        if (talks)
            static_cast<void>(send(open.back().get(), nonsense.data(), nonsense.size(), MSG_NOSIGNAL));
        if (open.size() > most_open)
            open.pop_front();
    }
}

}  // namespace autossh_test::outage
