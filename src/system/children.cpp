#include "autossh/system/children.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Who may be a child: those the kernel lists, else everybody.
/// proc(5) warns that a child that goes meanwhile hides others; ours stay until we have waited for them.
std::vector<pid_t> candidates(const std::string& proc)
{
    const auto listed = children_in(proc + "/self");
    return listed ? *listed : numbers_in(proc);
}

}  // namespace

bool is_left_behind(const ProcessStat& child, const Circumstances& at)
{
    // A session of its own is how a daemon says that it is to outlive who has started it: the master that
    // ControlPersist makes for a jump host, an ssh-agent of Match exec. Helpers of ssh stay in ours.
    if (child.session != at.session)
        return false;
    // It may be a helper of the ssh that runs now, whose end decides about it.
    if (at.next_started && child.started >= *at.next_started)
        return false;
    // Whatever else is our child has come from ssh, whatever group it has put itself into, unless others may
    // have left theirs to us. A helper of ssh that changes nothing is in our group, and younger than ssh.
    return !at.strangers || (child.group == at.group && child.started >= at.ssh_started);
}

std::uint64_t clock_ticks()
{
#ifdef CLOCK_BOOTTIME
    constexpr clockid_t clock = CLOCK_BOOTTIME;
#else
    constexpr clockid_t clock = CLOCK_MONOTONIC;
#endif
    timespec now{};
    ::clock_gettime(clock, &now);
    const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return static_cast<std::uint64_t>(now.tv_sec) * per_second +
           static_cast<std::uint64_t>(now.tv_nsec) / (1'000'000'000 / per_second);
}

std::optional<ProcessStat> own_stat(const std::string& proc)
{
    const auto stat = stat_of(proc + "/self");
    return stat && stat->pid == ::getpid() ? stat : std::nullopt;
}

std::vector<ProcessStat> living_children(const std::function<bool(pid_t)>& is_skipped,
                                         const std::string& proc)
{
    std::vector<ProcessStat> children;
    if (!own_stat(proc))
        return children;
    for (const pid_t process : candidates(proc)) {
        if (is_skipped && is_skipped(process))
            continue;
        auto stat = stat_of(proc + "/" + std::to_string(process));
        if (stat && stat->parent == ::getpid() && !stat->has_ended())
            children.push_back(std::move(*stat));
    }
    return children;
}

bool was_started_with(pid_t process, std::string_view variable, const std::string& proc)
{
    const auto text = text_of_file(fmt::format("{}/{}/environ", proc, process));
    for (std::string_view rest = text ? *text : std::string_view(); !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find('\0'));
        if (one == variable)
            return true;
        rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
    return false;
}

}  // namespace autossh
