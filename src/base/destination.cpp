#include "autossh/base/destination.hpp"

#include "autossh/base/numbers.hpp"

namespace autossh {

std::optional<Destination> peer_of(std::string_view login)
{
    const std::size_t begin = login.find("([");
    const std::size_t middle = login.find("]:", begin);
    const std::size_t end = login.find(')', middle);
    if (end == std::string_view::npos)
        return std::nullopt;
    const auto port = parse_integer(std::string(login.substr(middle + 2, end - middle - 2)));
    if (!port || *port <= 0 || *port > 65535)
        return std::nullopt;
    return Destination{.host = std::string(login.substr(begin + 2, middle - begin - 2)),
                       .port = static_cast<std::uint16_t>(*port)};
}

}  // namespace autossh
