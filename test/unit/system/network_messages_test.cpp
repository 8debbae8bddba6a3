#include "autossh/system/network_messages.hpp"

#include "support/catch.hpp"

#ifdef __linux__

#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

using namespace autossh;

namespace {

const NetworkNews nothing{};
const NetworkNews look{.may_matter = true, .route_changed = false};
const NetworkNews route_changed{.may_matter = true, .route_changed = true};

/// One message, grown attribute by attribute.
class Message {
public:
    template <typename Body>
    Message(unsigned short type, const Body& body, unsigned short flags = 0)
    {
        const nlmsghdr header{
            .nlmsg_len = 0, .nlmsg_type = type, .nlmsg_flags = flags, .nlmsg_seq = 0, .nlmsg_pid = 0};
        append(&header, sizeof header);
        append(&body, sizeof body);
    }

    Message& with(unsigned short type, const std::string& value)
    {
        const rtattr header{.rta_len = static_cast<unsigned short>(sizeof(rtattr) + value.size()),
                            .rta_type = type};
        append(&header, sizeof header);
        append(value.data(), value.size());
        return *this;
    }

    std::string bytes() const { return bytes_; }

private:
    void append(const void* data, std::size_t size)
    {
        bytes_.append(static_cast<const char*>(data), size);
        const auto length = static_cast<unsigned>(bytes_.size());
        std::memcpy(bytes_.data(), &length, sizeof length);
        bytes_.resize((bytes_.size() + 3) / 4 * 4);
    }

    std::string bytes_;
};

std::string packed(const char* literal)
{
    char bytes[16] = "";
    if (::inet_pton(AF_INET, literal, bytes) == 1)
        return {bytes, 4};
    REQUIRE(::inet_pton(AF_INET6, literal, bytes) == 1);
    return {bytes, 16};
}

Message link(unsigned short type, unsigned flags = IFF_UP, unsigned char family = AF_UNSPEC)
{
    return {type, ifinfomsg{.ifi_family = family,
                            .__ifi_pad = 0,
                            .ifi_type = 1,
                            .ifi_index = 2,
                            .ifi_flags = flags,
                            .ifi_change = 0}};
}

Message address_message(unsigned short type, const char* literal)
{
    const std::string bytes = packed(literal);
    const unsigned char family = bytes.size() == 4 ? AF_INET : AF_INET6;
    Message message(
        type,
        ifaddrmsg{.ifa_family = family, .ifa_prefixlen = 24, .ifa_flags = 0, .ifa_scope = 0, .ifa_index = 2});
    return message.with(IFA_ADDRESS, bytes);
}

struct Route {
    unsigned short type = RTM_NEWROUTE;
    unsigned short flags = 0;
    const char* to = "";  ///< empty: the default route
    const char* gateway = "192.0.2.254";
    unsigned char protocol = RTPROT_STATIC;
    unsigned char table = RT_TABLE_MAIN;
    unsigned char kind = RTN_UNICAST;
    unsigned route_flags = 0;
    unsigned char metric = 0;
    unsigned char lifetime = 0;
};

std::string bytes_of(const Route& route)
{
    const std::string gateway = packed(route.gateway);
    const std::string to = *route.to == '\0' ? "" : packed(route.to);
    const unsigned char family = gateway.size() == 4 ? AF_INET : AF_INET6;
    Message message(route.type,
                    rtmsg{.rtm_family = family,
                          .rtm_dst_len = static_cast<unsigned char>(to.size() * 8),
                          .rtm_src_len = 0,
                          .rtm_tos = 0,
                          .rtm_table = route.table,
                          .rtm_protocol = route.protocol,
                          .rtm_scope = 0,
                          .rtm_type = route.kind,
                          .rtm_flags = route.route_flags},
                    route.flags);
    if (!to.empty())
        message.with(RTA_DST, to);
    message.with(RTA_GATEWAY, gateway).with(RTA_PRIORITY, {static_cast<char>(route.metric), 0, 0, 0});
    return message.with(RTA_CACHEINFO, {static_cast<char>(route.lifetime), 0, 0, 0}).bytes();
}

NetworkNews read(NetworkMessages& messages, const std::string& bytes)
{
    // A block of its own, so that the sanitizer sees any byte too many.
    const std::vector<char> block(bytes.begin(), bytes.end());
    return messages.read(std::as_bytes(std::span(block)));
}

NetworkNews read(const std::string& bytes)
{
    NetworkMessages messages;
    return read(messages, bytes);
}

}  // namespace

TEST_CASE("Network changes: messages about interfaces and addresses ask for a look")
{
    CHECK(read(link(RTM_NEWLINK).bytes()) == look);
    CHECK(read(link(RTM_NEWLINK, 0).bytes()) == look);
    CHECK(read(link(RTM_DELLINK).with(IFLA_IFNAME, "eth0").bytes()) == look);
    CHECK(read(link(RTM_NEWLINK, IFF_UP | IFF_LOOPBACK).bytes()) == nothing);
    CHECK(read(link(RTM_NEWLINK, IFF_UP, AF_BRIDGE).bytes()) == nothing);
    CHECK(read(link(RTM_NEWLINK).with(IFLA_IFNAME, "wlan0").with(IFLA_WIRELESS, "scan").bytes()) == nothing);

    for (const unsigned short type : {RTM_NEWADDR, RTM_DELADDR}) {
        CHECK(read(address_message(type, "192.0.2.1").bytes()) == look);
        CHECK(read(address_message(type, "169.254.1.1").bytes()) == look);
        CHECK(read(address_message(type, "2001:db8::1").bytes()) == look);
        CHECK(read(address_message(type, "fe80::1").bytes()) == nothing);
    }
    CHECK(read(Message(RTM_NEWNEIGH, ndmsg{}).bytes()) == nothing);
    CHECK(read(Message(NLMSG_DONE, 0).bytes()) == nothing);
}

TEST_CASE("Network changes: routes that somebody makes or loses are changes, those of the kernel are not")
{
    for (const unsigned short type : {RTM_NEWROUTE, RTM_DELROUTE}) {
        CHECK(read(bytes_of({.type = type})) == route_changed);
        CHECK(read(bytes_of({.type = type, .gateway = "fe80::1"})) == route_changed);
        CHECK(read(bytes_of({.type = type, .to = "198.51.100.0"})) == route_changed);
        CHECK(read(bytes_of({.type = type, .to = "2001:db8::", .gateway = "fe80::1"})) == route_changed);
        CHECK(read(bytes_of({.type = type, .protocol = RTPROT_RA})) == route_changed);
        CHECK(read(bytes_of({.type = type, .protocol = RTPROT_BOOT, .table = 100})) == route_changed);
        CHECK(read(bytes_of({.type = type, .kind = RTN_UNREACHABLE})) == route_changed);

        CHECK(read(bytes_of({.type = type, .protocol = RTPROT_KERNEL})) == nothing);
        CHECK(read(bytes_of({.type = type, .protocol = RTPROT_REDIRECT})) == nothing);
        CHECK(read(bytes_of({.type = type, .table = RT_TABLE_LOCAL})) == nothing);
        CHECK(read(bytes_of({.type = type, .kind = RTN_MULTICAST})) == nothing);
        CHECK(read(bytes_of({.type = type, .route_flags = RTM_F_CLONED})) == nothing);
        CHECK(read(bytes_of({.type = type, .to = "224.0.0.0"})) == nothing);
        CHECK(read(bytes_of({.type = type, .to = "169.254.0.0"})) == nothing);
        CHECK(read(bytes_of({.type = type, .to = "ff00::", .gateway = "fe80::1"})) == nothing);
        CHECK(read(bytes_of({.type = type, .to = "fe80::", .gateway = "fe80::1"})) == nothing);
    }
    CHECK(read(Message(RTM_NEWROUTE, rtmsg{.rtm_family = RTNL_FAMILY_IPMR,
                                           .rtm_dst_len = 0,
                                           .rtm_src_len = 0,
                                           .rtm_tos = 0,
                                           .rtm_table = RT_TABLE_MAIN,
                                           .rtm_protocol = 0,
                                           .rtm_scope = 0,
                                           .rtm_type = RTN_UNICAST,
                                           .rtm_flags = 0})
                   .bytes()) == nothing);
}

TEST_CASE("Network changes: a route that is replaced by the same is only refreshed")
{
    NetworkMessages messages;
    Route route{.gateway = "fe80::1", .protocol = RTPROT_RA};
    CHECK(read(messages, bytes_of(route)) == route_changed);
    route.flags = NLM_F_REPLACE;
    route.lifetime = 30;
    CHECK(read(messages, bytes_of(route)) == nothing);
    route.lifetime = 60;
    CHECK(read(messages, bytes_of(route)) == nothing);

    Route other = route;
    other.metric = 9;
    CHECK(read(messages, bytes_of(other)) == route_changed);  // never heard of: to be safe
    CHECK(read(messages, bytes_of(other)) == nothing);
    CHECK(read(messages, bytes_of(route)) == nothing);

    route.gateway = "fe80::2";
    CHECK(read(messages, bytes_of(route)) == route_changed);
    CHECK(read(messages, bytes_of(route)) == nothing);
    route.gateway = "fe80::1";
    CHECK(read(messages, bytes_of(route)) == route_changed);

    Route lost = route;
    lost.type = RTM_DELROUTE;
    CHECK(read(messages, bytes_of(lost)) == route_changed);
    CHECK(read(messages, bytes_of(route)) == route_changed);
    route.flags = 0;  // a second one beside it
    CHECK(read(messages, bytes_of(route)) == route_changed);
}

TEST_CASE("Network changes: a whole routing table does not take all memory, and none is lost")
{
    NetworkMessages messages;
    for (int i = 0; i < 1000; ++i) {
        const std::string to = "198.18." + std::to_string(i / 250) + "." + std::to_string(i % 250);
        const Route route{.flags = NLM_F_REPLACE, .to = to.c_str()};
        CHECK(read(messages, bytes_of(route)) == route_changed);
        CHECK(read(messages, bytes_of(route)) == nothing);
    }
}

TEST_CASE("Network changes: several messages come in one datagram")
{
    const std::string dull = bytes_of({.protocol = RTPROT_KERNEL});
    CHECK(read(dull + dull) == nothing);
    CHECK(read(dull + link(RTM_NEWLINK).bytes() + dull) == look);
    CHECK(read(dull + link(RTM_NEWLINK).bytes() + bytes_of({})) == route_changed);
}

TEST_CASE("Network changes: what is cut off or senseless is passed over")
{
    CHECK(read("") == nothing);
    const std::string whole = bytes_of({});
    for (std::size_t size = 0; size < whole.size(); ++size)
        CHECK(read(whole.substr(0, size)) == nothing);
    CHECK(read(whole + whole.substr(0, 7)) == route_changed);
    CHECK(read(Message(RTM_NEWLINK, char{}).bytes()) == nothing);
    CHECK(read(Message(RTM_NEWADDR, char{}).bytes()) == nothing);
    CHECK(read(Message(RTM_NEWROUTE, char{}).bytes()) == nothing);
    CHECK(read(std::string(64, '\0')) == nothing);
    CHECK(read(std::string(64, '\xff')) == nothing);

    std::string bad_attribute = address_message(RTM_NEWADDR, "fe80::1").bytes();
    for (const char length : {'\0', '\1', '\x7f'}) {
        bad_attribute[sizeof(nlmsghdr) + sizeof(ifaddrmsg)] = length;
        CHECK(read(bad_attribute) == look);  // whose address it is cannot be known
    }

    std::mt19937 random(1);
    NetworkMessages messages;
    for (int i = 0; i < 20000; ++i) {
        std::string bytes = whole + address_message(RTM_NEWADDR, "2001:db8::1").bytes();
        for (int changes = 0; changes < 4; ++changes)
            bytes[random() % bytes.size()] = static_cast<char>(random());
        read(messages, bytes.substr(0, random() % (bytes.size() + 1)));
    }
}

#endif
