#include "autossh/rules/wait_end.hpp"

#include <algorithm>

namespace autossh {

void WaitEnd::network_changed(Time now)
{
    const Time earlier = std::max(now, earliest_by_network_);
    if (earlier >= end_)
        return;
    end_ = earlier;
    cut_by_network_ = true;
}

void WaitEnd::login_changed(Time now)
{
    end_ = std::min(end_, std::max(now, earliest_by_login_));
}

}  // namespace autossh
