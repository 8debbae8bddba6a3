#include "autossh/settings/hub_place.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

std::optional<std::uint16_t> hub_port(std::string_view digits)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && end == digits.data() + digits.size() && port != 0 ? std::optional(port)
                                                                                     : std::nullopt;
}

}  // namespace

std::string in_words(const HubPlace& place)
{
    if (!place.path.empty())
        return place.path;
    const bool is_v6 = place.address.find(':') != std::string::npos;
    return is_v6 ? fmt::format("[{}]:{}", place.address, place.port)
                 : fmt::format("{}:{}", place.address, place.port);
}

std::optional<HubPlace> hub_place_from(const std::string& text)
{
    if (text.starts_with('/'))
        return HubPlace{.address = {}, .port = 0, .path = text};
    const std::size_t colon = text.rfind(':');
    const auto port = hub_port(std::string_view(text).substr(colon == text.npos ? 0 : colon + 1));
    if (!port)
        return std::nullopt;
    std::string address = colon == text.npos ? "127.0.0.1" : text.substr(0, colon);
    const bool is_bracketed = address.size() > 2 && address.starts_with('[') && address.ends_with(']');
    if (is_bracketed)
        address = address.substr(1, address.size() - 2);
    if (address.empty() || is_bracketed != (address.find(':') != address.npos))
        return std::nullopt;
    return HubPlace{.address = std::move(address), .port = *port, .path = {}};
}

}  // namespace autossh
