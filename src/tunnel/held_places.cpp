#include "autossh/tunnel/held_places.hpp"

#include "autossh/base/numbers.hpp"

#include <algorithm>
#include <cstdint>

namespace autossh {

LocalPlace local_place(const Forward& forward)
{
    if (forward.place.starts_with('/'))
        return {.addresses = {}, .port = 0, .path = forward.place};
    const auto port = static_cast<std::uint16_t>(parse_integer(forward.place).value_or(0));
    return {.addresses = addresses_of(forward), .port = port, .path = ""};
}

bool HeldPlaces::are_held() const
{
    if (places_.empty())
        return false;
    return all_are_needed_ ? !std::ranges::all_of(places_, may_be_free)
                           : std::ranges::none_of(places_, may_be_free);
}

}  // namespace autossh
