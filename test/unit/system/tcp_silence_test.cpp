#include "autossh/system/tcp_silence.hpp"

#include "autossh/base/unique_fd.hpp"
#include "autossh/system/tcp_table.hpp"

#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"

#include <algorithm>
#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/core.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

/// Two ends of a connection over loopback, of either family, or an IPv4 one made on an IPv6 socket.
class Pair {
public:
    Pair(int family, const in6_addr& address)
    {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_addr = address;
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* const where =
            family == AF_INET ? reinterpret_cast<sockaddr*>(&v4) : reinterpret_cast<sockaddr*>(&v6);
        socklen_t size = family == AF_INET ? sizeof v4 : sizeof v6;
        const UniqueFd listener(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        works_ = ::bind(listener.get(), where, size) == 0 && ::listen(listener.get(), 1) == 0 &&
                 ::getsockname(listener.get(), where, &size) == 0;
        client_ = UniqueFd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        works_ = works_ && ::connect(client_.get(), where, size) == 0;
        server_ = UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        port_ = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    }

    bool works() const { return works_; }
    void send() const { CHECK(::write(server_.get(), "x", 1) == 1); }
    void read() const
    {
        char byte = 0;
        CHECK(::read(client_.get(), &byte, 1) == 1);
    }

    /// The client's end, as the system's table has it.
    std::optional<TcpSocket> entry() const
    {
        const auto sockets = tcp_sockets();
        const std::string port = fmt::format(":{:04X}", port_);
        const auto found = std::ranges::find_if(sockets, [&](const TcpSocket& socket) {
            return socket.state == TcpSocket::established && socket.remote.ends_with(port);
        });
        return found == sockets.end() ? std::nullopt : std::optional(*found);
    }

private:
    bool works_ = false;
    UniqueFd client_;
    UniqueFd server_;
    unsigned short port_ = 0;
};

}  // namespace

#ifdef __linux__
TEST_CASE("How long nothing has come on a connection is known for each family")
{
    in6_addr mapped{};
    mapped.s6_addr[10] = mapped.s6_addr[11] = 0xff;
    mapped.s6_addr[12] = 127;
    mapped.s6_addr[15] = 1;
    int tried = 0;
    for (const auto& [family, address] :
         {std::pair(AF_INET, in6addr_any), std::pair(AF_INET6, in6addr_loopback),
          std::pair(AF_INET6, mapped)}) {
        const Pair pair(family, address);
        if (!pair.works())  // no IPv6 here
            continue;
        ++tried;
        const auto entry = pair.entry();
        REQUIRE(entry);
        const auto silence = [&entry] { return silence_between(entry->local, entry->remote); };
        SKIP_UNLESS(silence(), "the kernel does not tell of a socket (sock_diag)");
        REQUIRE(autossh_test::wait_until([&] { return silence() >= 300ms; }));
        const auto begin = Clock::now();
        pair.send();
        pair.read();
        const auto after = silence();
        REQUIRE(after);
        CHECK(*after <= std::chrono::duration_cast<Duration>(Clock::now() - begin) + 50ms);
    }
    CHECK(tried > 0);
}
#endif

TEST_CASE("Of a connection that is not there nothing is known")
{
    for (const char* const local :
         {"0100007F:0001", "", "0100007F", "x", "0100007F:", "zz00007F:0016", "0100007F:1FFFF"})
        CHECK_FALSE(silence_between(local, "0100007F:0002"));
    CHECK_FALSE(silence_between("0100007F:0001", "00000000000000000000000001000000:0002"));
}
