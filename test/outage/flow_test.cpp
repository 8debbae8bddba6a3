// How the relay tells connections apart.
#include "outage/flow.hpp"
#include "support/catch.hpp"

#include <netinet/in.h>

using namespace autossh_test::outage;

namespace {

/// Addresses 10.0.0.FROM and 10.0.0.TO, ports 1000 + the same.
Packet packet(unsigned char from, unsigned char to, unsigned char flags)
{
    Packet bytes(40);
    bytes[0] = 0x45;
    bytes[9] = IPPROTO_TCP;
    bytes[12] = bytes[16] = 10;
    bytes[15] = from;
    bytes[19] = to;
    bytes[20] = bytes[22] = 4;
    bytes[21] = from;
    bytes[23] = to;
    bytes[33] = flags;
    return bytes;
}

constexpr unsigned char syn = 0x02;
constexpr unsigned char ack = 0x10;

}  // namespace

TEST_CASE("Both directions are one flow, and other ports another")
{
    REQUIRE(flow_of(packet(1, 2, syn)));
    CHECK(flow_of(packet(1, 2, syn)) == flow_of(packet(2, 1, ack)));
    Packet other = packet(1, 2, syn);
    other[21] = 9;
    CHECK(flow_of(other) != flow_of(packet(1, 2, syn)));
}

TEST_CASE("A flow begins with SYN alone")
{
    CHECK(begins_flow(packet(1, 2, syn)));
    CHECK_FALSE(begins_flow(packet(1, 2, syn | ack)));
    CHECK_FALSE(begins_flow(packet(1, 2, ack)));
}

TEST_CASE("What is no TCP over IPv4 is no flow")
{
    CHECK_FALSE(flow_of({}));
    CHECK_FALSE(is_ipv4({}));
    Packet udp = packet(1, 2, syn);
    udp[9] = IPPROTO_UDP;
    CHECK_FALSE(flow_of(udp));
    CHECK(is_ipv4(udp));
    Packet truncated = packet(1, 2, syn);
    truncated.resize(30);
    CHECK_FALSE(flow_of(truncated));
    Packet six = packet(1, 2, syn);
    six[0] = 0x60;
    CHECK_FALSE(is_ipv4(six));
}
