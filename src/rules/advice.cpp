#include "autossh/rules/advice.hpp"

#include "autossh/rules/times.hpp"

#include <utility>

namespace autossh {

std::string_view Advice::due(bool understood, Time now)
{
    const auto failure = std::exchange(to_be_mended_, std::nullopt);
    const bool again = failure == FailureClass::forward_refused && now - told_at_ >= times::remind_after;
    if (!failure || (failure == told_ && !again) || !understood)
        return "";
    told_ = failure;
    told_at_ = now;
    return remedy(*failure);
}

}  // namespace autossh
