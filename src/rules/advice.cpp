#include "autossh/rules/advice.hpp"

#include "autossh/rules/times.hpp"

namespace autossh {

void Advice::note(const Failure& failure)
{
    current_ = failure.remedy.empty() ? std::string(remedy(failure.failure_class)) : failure.remedy;
    is_new_ = true;
}

std::string Advice::due(bool understood, Time now)
{
    if (!std::exchange(is_new_, false) || !understood || current_.empty())
        return "";
    if (current_ == told_ && now - told_at_ < times::remind_after)
        return "";
    told_ = current_;
    told_at_ = now;
    return current_;
}

}  // namespace autossh
