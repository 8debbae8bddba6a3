// The places on this machine where forwards were refused, and whether somebody still has them.
#pragma once

#include "autossh/ssh/forward.hpp"
#include "autossh/system/local_place.hpp"

#include <utility>
#include <vector>

namespace autossh {

/// Where a -L or -D listens.
LocalPlace local_place(const Forward& forward);

/// Manual, "Refused forwards".
class HeldPlaces {
public:
    HeldPlaces() = default;
    /// `all_are_needed`: ssh ends where one of them is refused.
    HeldPlaces(std::vector<LocalPlace> places, bool all_are_needed)
        : places_(std::move(places)), all_are_needed_(all_are_needed)
    {}

    /// Another ssh would fare no better. Looks, without asking the server.
    bool are_held() const;

private:
    std::vector<LocalPlace> places_;
    bool all_are_needed_ = false;
};

}  // namespace autossh
