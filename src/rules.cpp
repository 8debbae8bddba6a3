#include "autossh/rules.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr long patient_tries = 5;  // quick starts before there is any wait

}  // namespace

Ruling judge(ExitStatus status, const Attempt& attempt, const TunnelSettings& settings)
{
    if (status.by_signal())
        return {Verdict::restart, Level::info,
                fmt::format("ssh exited on signal {}, restarting ssh", status.number()), ""};

    const int number = status.number();
    const bool has_gate = settings.gate_time > Duration::zero();
    if (attempt.first && has_gate && attempt.lasted <= settings.gate_time)
        return {Verdict::failed, Level::error,
                fmt::format("ssh exited prematurely with status {}; autossh exiting", number), ""};

    if (number == 0 && settings.restart_after_success)
        return {Verdict::restart, Level::info, "", ""};
    if (number == 0)
        return {Verdict::succeeded, Level::info, "ssh exited with status 0; autossh exiting", ""};
    if (number == ssh_error && attempt.by_person)
        return {Verdict::stopped, Level::info, "ssh exited with status 255; autossh exiting",
                "ended at its terminal (~.)"};

    const bool may_be_usage = number == 1 || number == 2;
    if (number == ssh_error || (may_be_usage && (!attempt.first || !has_gate)))
        return {Verdict::restart, Level::info,
                fmt::format("ssh exited with error status {}; restarting ssh", number), ""};
    return {Verdict::failed, Level::info, fmt::format("ssh exited with status {}; autossh exiting", number),
            ""};
}

Duration Backoff::before_start(std::optional<Duration> since_last_start)
{
    using std::chrono::seconds;
    if (!since_last_start)
        return Duration::zero();

    const auto poll_seconds = std::chrono::floor<seconds>(poll_);
    const Duration quick = std::max(seconds(10), poll_seconds / 10);
    tries_ = *since_last_start >= quick ? 0 : tries_ + 1;
    if (tries_ <= patient_tries)
        return Duration::zero();

    // poll / 100 * t² / 3 in whole seconds, or in milliseconds for a poll time that has no whole second: ssh
    // must not be started in a busy loop.
    const long t = std::min(tries_ - patient_tries, 1000L);  // beyond the cap for every poll time
    const Duration wait = std::min(poll_, poll_ * (t * t) / 300);
    return poll_ < seconds(1) ? wait : std::chrono::floor<seconds>(wait);
}

bool passes_by_itself(const std::error_code& error)
{
    return error == std::errc::resource_unavailable_try_again || error == std::errc::not_enough_memory ||
           error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
           error == std::errc::text_file_busy;
}

}  // namespace autossh
