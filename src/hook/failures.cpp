#include "autossh/hook/failures.hpp"

namespace autossh {

std::string_view name(HookFailure failure)
{
    switch (failure) {
    case HookFailure::start: return "start";
    case HookFailure::exit: return "exit";
    case HookFailure::signal: return "signal";
    case HookFailure::timeout: return "timeout";
    case HookFailure::queue: break;
    }
    return "queue";
}

bool HookFailures::note(const std::string& hook, HookFailure failure)
{
    ++counts_[static_cast<std::size_t>(failure)];
    const auto [row, is_new] = rows_.try_emplace(hook);
    const bool is_news = is_new || row->second.last != failure;
    row->second.last = failure;
    ++row->second.number;
    return is_news;
}

std::uint64_t HookFailures::note_success(const std::string& hook)
{
    const auto row = rows_.find(hook);
    if (row == rows_.end())
        return 0;
    const std::uint64_t number = row->second.number;
    rows_.erase(row);
    return number;
}

std::vector<HookFailureCount> HookFailures::counts() const
{
    std::vector<HookFailureCount> counts;
    for (std::size_t i = 0; i < kinds; ++i)
        counts.push_back({std::string(name(static_cast<HookFailure>(i))), counts_[i]});
    return counts;
}

}  // namespace autossh
