#include "autossh/system/port_holder.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/base/unique_fd.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "unit/system/addresses.hpp"
#include "unit/system/socket_table.hpp"

#include <string>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

using namespace autossh;

#ifdef __linux__

namespace {

/// Listens on an address of IPv4 or IPv6, if that is there.
UniqueFd listener_on(const std::string& literal, std::uint16_t port)
{
    const auto address = SocketAddress::from_literal(literal, port);
    UniqueFd fd(::socket(address->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    const bool listens = ::bind(fd.get(), address->get(), address->size()) == 0 && ::listen(fd.get(), 1) == 0;
    return listens ? std::move(fd) : UniqueFd();
}

const std::string ourselves = "pid " + std::to_string(::getpid()) + " (unit_tests)";

/// The addresses of those that listen on port 9953 (hexadecimal 26E1) and stand in the way there.
std::string in_the_way(const std::string& literal)
{
    constexpr const char* table[] = {
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:26E1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 1 1 x",
        "   1: 00000000:26E1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 2 1 x",
        "   2: 0200007F:26E1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 3 1 x",
        "   3: 0100007F:26E2 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 4 1 x",
        "   4: 0100007F:26E1 0100007F:1234 01 00000000:00000000 00:00000000 00000000  1001        0 5 1 x",
        "   5: 00000000000000000000000001000000:26E1 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000  1001        0 6 1 x",
        "   6: 00000000000000000000000000000000:26E1 00000000000000000000000000000000:0000 0A "
        "00000000:00000000 00:00000000 00000000  1001        0 7 1 x",
    };
    const std::vector<TcpSocket> sockets = sockets_of(table);
    CHECK(sockets.size() == 7);
    std::string found;
    for (const TcpSocket& socket :
         listeners_on(sockets, literal.empty() ? std::nullopt : std::optional(address(literal)), 9953))
        found += std::to_string(socket.inode);
    return found;
}

}  // namespace

TEST_CASE("Diagnostics: only who listens on the address that ssh named, or on all, has its port")
{
    CHECK(in_the_way("127.0.0.1") == "127");
    CHECK(in_the_way("127.0.0.2") == "237");
    CHECK(in_the_way("127.0.0.3") == "27");
    CHECK(in_the_way("0.0.0.0") == "1237");
    CHECK(in_the_way("::1") == "67");
    CHECK(in_the_way("::") == "67");
    CHECK(in_the_way("::2") == "7");
    CHECK(in_the_way("") == "12367");
}

TEST_CASE("Diagnostics: the program that listens on a local port is named")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    const IpAddress here = address("127.0.0.1");
    CHECK(port_holder(here, port, 0).empty());
    const auto bound = SocketAddress::from_literal("127.0.0.1", port);
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(fd.get(), bound->get(), bound->size()) == 0);
    CHECK(port_holder(here, port, 0).empty());  // bound, but nobody listens
    REQUIRE(::listen(fd.get(), 1) == 0);
    CHECK(port_holder(here, port, 0) == ourselves);
    CHECK(port_holder(std::nullopt, port, 0) == ourselves);
    CHECK(port_holder(address("::1"), port, 0).empty());
}

TEST_CASE("Diagnostics: our own ssh, which has the port on another address, is not named")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    const UniqueFd own = listener_on("127.0.0.2", port);
    REQUIRE(own);
    CHECK(port_holder(address("127.0.0.1"), port, ::getpid()).empty());
    CHECK(port_holder(std::nullopt, port, ::getpid()).empty());
    CHECK(port_holder(std::nullopt, port, 0) == ourselves);
}

#endif
