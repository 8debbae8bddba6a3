#include "autossh/system/sleep_watch.hpp"

#include "autossh/base/unique_fd.hpp"

#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

#include <time.h>

#ifdef __linux__
#include <sys/timerfd.h>
#endif

namespace autossh {

namespace {

constexpr std::chrono::seconds shortest_sleep{1};

#ifdef __linux__

std::chrono::nanoseconds read_clock(clockid_t clock)
{
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Readable when the wall clock is set. Its own time never comes.
UniqueFd open_timer()
{
    UniqueFd fd(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK));
    itimerspec never{};
    never.it_value.tv_sec = std::numeric_limits<time_t>::max();
    if (!fd || ::timerfd_settime(fd.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, nullptr) < 0)
        return {};
    return fd;
}

#else

UniqueFd open_timer()
{
    return {};
}

#endif

}  // namespace

ClockPair read_clocks()
{
#ifdef __linux__
    return {.boottime = read_clock(CLOCK_BOOTTIME), .monotonic = read_clock(CLOCK_MONOTONIC)};
#else
    return {};
#endif
}

bool SleepGauge::has_slept(const ClockPair& now)
{
    const auto asleep = now.boottime - now.monotonic;
    const auto before = std::exchange(asleep_, asleep);
    return before && asleep - *before > shortest_sleep;
}

SleepWatch::SleepWatch(const Executor& executor, std::function<void()> on_resume,
                       std::function<ClockPair()> clocks)
    : timer_(executor), readable_(timer_, [this] { clock_was_set(); }), on_resume_(std::move(on_resume)),
      clocks_(std::move(clocks))
{
    gauge_.has_slept(clocks_());
    UniqueFd fd = open_timer();
    if (!fd)
        return;
    boost::system::error_code error;
    timer_.assign(fd.get(), error);
    if (error)
        return;
    fd.release();
    readable_.start();
}

void SleepWatch::look()
{
    if (gauge_.has_slept(clocks_()))
        on_resume_();
}

void SleepWatch::clock_was_set()
{
    // Fails with ECANCELED, and so is armed again for the next time the clock is set.
    std::uint64_t expirations = 0;
    const ssize_t size = ::read(timer_.native_handle(), &expirations, sizeof expirations);
    if (size < 0 && errno != ECANCELED && errno != EAGAIN && errno != EINTR)
        readable_.stop();
    else
        look();
}

}  // namespace autossh
