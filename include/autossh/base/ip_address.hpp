// An IPv4 or IPv6 address.
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string_view>

namespace autossh {

/// Without port and scope. An IPv4 address and the same one written as IPv6 (::ffff:a.b.c.d, as a socket of
/// both families has it) are equal.
class IpAddress {
public:
    using V4 = std::array<unsigned char, 4>;
    using V6 = std::array<unsigned char, 16>;

    explicit IpAddress(const V4& bytes);
    explicit IpAddress(const V6& bytes) : bytes_(bytes) {}

    /// From Linux's /proc/net/tcp ("0100007F") and tcp6: 32-bit words, each as a number of this machine's.
    static std::optional<IpAddress> from_proc_net(std::string_view hexadecimal);

    bool is_v4() const;
    bool is_any() const;         ///< 0.0.0.0 and ::
    bool is_loopback() const;    ///< all of 127.0.0.0/8, and ::1
    bool is_link_local() const;  ///< 169.254.0.0/16, fe80::/10
    bool is_multicast() const;   ///< 224.0.0.0/4, ff00::/8

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    V6 bytes_;
};

}  // namespace autossh
