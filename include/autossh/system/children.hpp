// Our children, as Linux's proc(5) shows them, and which of them an ssh has left behind. Elsewhere there is
// nothing to see.
#pragma once

#include "autossh/system/process_stat.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// What a child that nobody here has started is judged by.
struct Circumstances {
    pid_t group = 0;  ///< ours, and so ssh's
    pid_t session = 0;
    bool strangers = false;                     ///< not only what comes from ssh may have become our child
    std::uint64_t ssh_started = 0;              ///< the ssh that has ended; as ProcessStat::started
    std::optional<std::uint64_t> next_started;  ///< the one that runs already
};

/// Whether the ssh that has ended has left `child` behind. When in doubt, it has not.
bool is_left_behind(const ProcessStat& child, const Circumstances& at);

/// The present in the unit of ProcessStat::started.
std::uint64_t clock_ticks();

/// Ourselves. Nothing where `proc` is missing, or shows another pid namespace than ours, whose numbers mean
/// other processes.
std::optional<ProcessStat> own_stat(const std::string& proc = "/proc");

/// Our children that live, without those that are to be skipped: these are not even looked at. Looks at our
/// children alone if the kernel lists them, else at every process.
std::vector<ProcessStat> living_children(const std::function<bool(pid_t)>& is_skipped = {},
                                         const std::string& proc = "/proc");

/// Whether the environment that `process` was started with has this, "NAME=VALUE". No, where it cannot be
/// read.
bool was_started_with(pid_t process, std::string_view variable, const std::string& proc = "/proc");

}  // namespace autossh
