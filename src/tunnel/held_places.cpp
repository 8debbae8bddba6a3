#include "autossh/tunnel/held_places.hpp"

#include <algorithm>

namespace autossh {

bool HeldPlaces::are_held() const
{
    if (places_.empty())
        return false;
    return all_are_needed_ ? !std::ranges::all_of(places_, may_be_free)
                           : std::ranges::none_of(places_, may_be_free);
}

}  // namespace autossh
