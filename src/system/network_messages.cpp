#include "autossh/system/network_messages.hpp"

#ifdef __linux__

#include "autossh/base/ip_address.hpp"

#include <algorithm>
#include <cstring>
#include <initializer_list>
#include <optional>

#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#endif

namespace autossh {

#ifdef __linux__

namespace {

using Bytes = std::span<const std::byte>;

constexpr std::size_t most_routes = 256;  // a daemon with a whole routing table must not take all memory

/// The header at the front, copied: the bytes may lie anywhere.
template <typename Header>
std::optional<Header> front(Bytes bytes)
{
    if (bytes.size() < sizeof(Header))
        return std::nullopt;
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    return header;
}

/// What lies behind the first `size` bytes and their padding.
Bytes behind(Bytes bytes, std::size_t size)
{
    return bytes.subspan(
        std::min(bytes.size(), (size + NLMSG_ALIGNTO - 1) & ~std::size_t{NLMSG_ALIGNTO - 1}));
}

std::optional<Bytes> attribute(Bytes attributes, unsigned type)
{
    while (const auto header = front<rtattr>(attributes)) {
        if (header->rta_len < sizeof *header || header->rta_len > attributes.size())
            break;
        if ((header->rta_type & NLA_TYPE_MASK) == type)
            return attributes.first(header->rta_len).subspan(sizeof *header);
        attributes = behind(attributes, header->rta_len);
    }
    return std::nullopt;
}

std::optional<IpAddress> address(const std::optional<Bytes>& bytes)
{
    IpAddress::V4 v4{};
    IpAddress::V6 v6{};
    if (bytes && bytes->size() == v4.size()) {
        std::memcpy(v4.data(), bytes->data(), v4.size());
        return IpAddress(v4);
    }
    if (bytes && bytes->size() == v6.size()) {
        std::memcpy(v6.data(), bytes->data(), v6.size());
        return IpAddress(v6);
    }
    return std::nullopt;
}

/// Scan results and the like come as messages about a wireless interface in which nothing has changed; those
/// about the ports of a bridge tell of the bridge alone.
bool link_matters(Bytes payload)
{
    const auto link = front<ifinfomsg>(payload);
    return link && link->ifi_family != AF_BRIDGE && (link->ifi_flags & IFF_LOOPBACK) == 0 &&
           !attribute(behind(payload, sizeof *link), IFLA_WIRELESS);
}

bool address_matters(Bytes payload)
{
    const auto header = front<ifaddrmsg>(payload);
    if (!header)
        return false;
    const auto its = address(attribute(behind(payload, sizeof *header), IFA_ADDRESS));
    return !its || its->is_v4() || !its->is_link_local();
}

bool route_matters(const rtmsg& route, Bytes attributes)
{
    if (route.rtm_family != AF_INET && route.rtm_family != AF_INET6)
        return false;
    const bool made_by_kernel = route.rtm_protocol == RTPROT_KERNEL || route.rtm_protocol == RTPROT_REDIRECT;
    const bool to_us_or_all = route.rtm_table == RT_TABLE_LOCAL || route.rtm_type == RTN_LOCAL ||
                              route.rtm_type == RTN_BROADCAST || route.rtm_type == RTN_ANYCAST ||
                              route.rtm_type == RTN_MULTICAST;
    if ((route.rtm_flags & RTM_F_CLONED) != 0 || made_by_kernel || to_us_or_all)
        return false;
    const auto to = address(attribute(attributes, RTA_DST));
    return !to || (!to->is_link_local() && !to->is_multicast());
}

/// Some attributes of a route as one value.
std::string joined(Bytes attributes, std::initializer_list<unsigned> types)
{
    std::string all;
    for (const unsigned type : types) {
        const Bytes bytes = attribute(attributes, type).value_or(Bytes());
        all += std::to_string(bytes.size()) + ':';
        all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return all;
}

/// What tells a route from others.
std::string key_of(const rtmsg& route, Bytes attributes)
{
    const unsigned char numbers[] = {route.rtm_family, route.rtm_dst_len, route.rtm_src_len, route.rtm_tos,
                                     route.rtm_table};
    return std::string(std::begin(numbers), std::end(numbers)) +
           joined(attributes, {RTA_TABLE, RTA_DST, RTA_SRC, RTA_PRIORITY});
}

/// The way it takes. Not how long it holds: that is what is refreshed.
std::string way_of(const rtmsg& route, Bytes attributes)
{
    return static_cast<char>(route.rtm_type) +
           joined(attributes, {RTA_OIF, RTA_GATEWAY, RTA_VIA, RTA_PREFSRC, RTA_MULTIPATH});
}

}  // namespace

NetworkNews NetworkMessages::read(std::span<const std::byte> datagram)
{
    NetworkNews news;
    while (const auto header = front<nlmsghdr>(datagram)) {
        if (header->nlmsg_len < sizeof *header || header->nlmsg_len > datagram.size())
            break;
        const Bytes payload = datagram.first(header->nlmsg_len).subspan(sizeof *header);
        const bool replaced = (header->nlmsg_flags & NLM_F_REPLACE) != 0;
        NetworkNews of_this;
        if (header->nlmsg_type == RTM_NEWLINK || header->nlmsg_type == RTM_DELLINK)
            of_this.may_matter = link_matters(payload);
        else if (header->nlmsg_type == RTM_NEWADDR || header->nlmsg_type == RTM_DELADDR)
            of_this.may_matter = address_matters(payload);
        else if (header->nlmsg_type == RTM_NEWROUTE || header->nlmsg_type == RTM_DELROUTE)
            of_this = read_route(header->nlmsg_type == RTM_NEWROUTE, replaced, payload);
        news.may_matter = news.may_matter || of_this.may_matter;
        news.route_changed = news.route_changed || of_this.route_changed;
        datagram = behind(datagram, header->nlmsg_len);
    }
    return news;
}

NetworkNews NetworkMessages::read_route(bool added, bool replaced, std::span<const std::byte> payload)
{
    const auto route = front<rtmsg>(payload);
    if (!route)
        return {};
    const Bytes attributes = behind(payload, sizeof *route);
    if (!route_matters(*route, attributes))
        return {};

    const std::string key = key_of(*route, attributes);
    const std::string way = way_of(*route, attributes);
    const auto known = routes_.find(key);
    if (!added && known != routes_.end())
        routes_.erase(known);
    if (!added)
        return {true, true};
    if (replaced && known != routes_.end() && known->second == way)
        return {};
    if (routes_.size() >= most_routes)
        routes_.clear();  // the next refresh of each then looks like a change, once
    routes_.insert_or_assign(key, way);
    return {true, true};
}

std::optional<std::string> course_in_answer(std::span<const std::byte> datagram)
{
    const auto header = front<nlmsghdr>(datagram);
    if (!header || header->nlmsg_len < sizeof *header || header->nlmsg_len > datagram.size())
        return std::nullopt;
    const Bytes payload = datagram.first(header->nlmsg_len).subspan(sizeof *header);
    const auto route = front<rtmsg>(payload);
    if (header->nlmsg_type == NLMSG_ERROR)  // there is no route
        return "";
    if (header->nlmsg_type != RTM_NEWROUTE || !route)
        return std::nullopt;
    return way_of(*route, behind(payload, sizeof *route));
}

#else

NetworkNews NetworkMessages::read(std::span<const std::byte>)
{
    return {};
}

std::optional<std::string> course_in_answer(std::span<const std::byte>)
{
    return std::nullopt;
}

#endif

}  // namespace autossh
