#include "autossh/base/ip_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>

namespace autossh {

namespace {

constexpr std::array<unsigned char, 12> v4_mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr IpAddress::V6 loopback_v6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr std::size_t digits_per_word = 8;

IpAddress::V6 mapped(const IpAddress::V4& bytes)
{
    IpAddress::V6 all{};
    std::ranges::copy(bytes, std::ranges::copy(v4_mapped, all.begin()).out);
    return all;
}

bool read_words(std::string_view text, std::span<unsigned char> bytes)
{
    if (text.size() != bytes.size() * 2)
        return false;
    for (std::size_t word = 0; word < text.size() / digits_per_word; ++word) {
        const std::string_view digits = text.substr(word * digits_per_word, digits_per_word);
        std::uint32_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || end != digits.data() + digits.size())
            return false;
        std::memcpy(bytes.data() + word * sizeof value, &value, sizeof value);
    }
    return true;
}

}  // namespace

IpAddress::IpAddress(const V4& bytes) : bytes_(mapped(bytes)) {}

std::optional<IpAddress> IpAddress::from_proc_net(std::string_view hexadecimal)
{
    V4 v4{};
    if (read_words(hexadecimal, v4))
        return IpAddress(v4);
    V6 v6{};
    if (read_words(hexadecimal, v6))
        return IpAddress(v6);
    return std::nullopt;
}

bool IpAddress::is_any() const
{
    return bytes_ == V6{} || bytes_ == mapped(V4{});
}

bool IpAddress::is_v4() const
{
    return std::ranges::equal(v4_mapped, std::span(bytes_).first<v4_mapped.size()>());
}

bool IpAddress::is_loopback() const
{
    return is_v4() ? bytes_[12] == 127 : bytes_ == loopback_v6;
}

bool IpAddress::is_link_local() const
{
    return is_v4() ? bytes_[12] == 169 && bytes_[13] == 254 : bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::is_multicast() const
{
    return is_v4() ? (bytes_[12] & 0xf0) == 224 : bytes_[0] == 0xff;
}

}  // namespace autossh
