#include "autossh/base/ip_address.hpp"

#include "autossh/base/socket_address.hpp"
#include "support/catch.hpp"
#include "unit/system/addresses.hpp"

#include <bit>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace autossh;

TEST_CASE("Addresses: each kind is known")
{
    struct Case {
        std::string text;
        bool v4, loopback, link_local, multicast;
    };
    const Case cases[] = {
        {"127.0.0.1", true, true, false, false},
        {"127.255.3.4", true, true, false, false},
        {"128.0.0.1", true, false, false, false},
        {"169.254.0.1", true, false, true, false},
        {"169.253.0.1", true, false, false, false},
        {"224.0.0.251", true, false, false, true},
        {"239.255.255.255", true, false, false, true},
        {"240.0.0.1", true, false, false, false},
        {"0.0.0.0", true, false, false, false},
        {"::", false, false, false, false},
        {"::1", false, true, false, false},
        {"::2", false, false, false, false},
        {"fe80::1", false, false, true, false},
        {"febf::1", false, false, true, false},
        {"fec0::1", false, false, false, false},
        {"ff02::1", false, false, false, true},
        {"2001:db8::1", false, false, false, false},
        {"::ffff:127.0.0.1", true, true, false, false},
        {"::ffff:169.254.1.1", true, false, true, false},
    };
    for (const Case& each : cases) {
        CAPTURE(each.text);
        const IpAddress its = address(each.text);
        CHECK(its.is_v4() == each.v4);
        CHECK(its.is_loopback() == each.loopback);
        CHECK(its.is_link_local() == each.link_local);
        CHECK(its.is_multicast() == each.multicast);
    }
    CHECK(address("10.0.0.1") == address("::ffff:10.0.0.1"));
    CHECK(address("10.0.0.1") != address("::10.0.0.1"));
    CHECK(address("10.0.0.1") < address("10.0.0.2"));
}

TEST_CASE("Addresses: those of /proc/net/tcp are understood")
{
    if constexpr (std::endian::native != std::endian::little)
        return;  // the words are this machine's; these are a little-endian one's
    CHECK(IpAddress::from_proc_net("0100007F") == address("127.0.0.1"));
    CHECK(IpAddress::from_proc_net("0101A8C0") == address("192.168.1.1"));
    CHECK(IpAddress::from_proc_net("00000000000000000000000001000000") == address("::1"));
    CHECK(IpAddress::from_proc_net("B80D0120010000000000000002000000") == address("2001:db8:0:1::2"));
    CHECK(IpAddress::from_proc_net("0000000000000000FFFF00000101A8C0") == address("192.168.1.1"));
    for (const char* junk : {"", "0", "0100007", "0100007F0", "0100007G", "-100007F", "0x00007F", " 100007F",
                             "0100007F:0016", "0000000000000000000000000100000",
                             "B80D0120"
                             "0100000000000000020000001"}) {
        CAPTURE(junk);
        CHECK_FALSE(IpAddress::from_proc_net(junk));
    }
}

TEST_CASE("Addresses: only literal ones are taken, and names are not looked up")
{
    for (const char* literal : {"127.0.0.1", "::1", "::ffff:1.2.3.4", "fe80::1"}) {
        CAPTURE(literal);
        const auto found = SocketAddress::from_literal(literal, 22);
        REQUIRE(found);
        CHECK(found->size() >= sizeof(sockaddr));
        CHECK((found->family() == AF_INET || found->family() == AF_INET6));
    }
    for (const char* other : {"", "localhost", "server.example", "1.2.3.4.5", "1.2.3.256", "[::1]", "::1 ",
                              "::g", "fe80::1%no-such-if"}) {
        CAPTURE(other);
        CHECK_FALSE(SocketAddress::from_literal(other, 22));
    }
    CHECK_FALSE(ip_address_of(nullptr));
    sockaddr_un path{};
    path.sun_family = AF_UNIX;
    CHECK_FALSE(ip_address_of(reinterpret_cast<const sockaddr*>(&path)));
}

TEST_CASE("Addresses: a socket is close-on-exec and does not block")
{
    const UniqueFd fd = open_socket(AF_INET, SOCK_STREAM);
    REQUIRE(fd);
    CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
    CHECK((::fcntl(fd.get(), F_GETFL) & O_NONBLOCK) != 0);
    CHECK_FALSE(open_socket(-1, SOCK_STREAM));
}
