#include "outage/riders.hpp"

#include <algorithm>

namespace autossh_test::outage {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds between_riders{500};
constexpr milliseconds between_looks{10};

}  // namespace

Riders::Riders(const Lab& lab, const std::string& control_path)
    : lab_(lab), words_{"ssh",        "-F",  lab.client_config(), "-S",
                        control_path, "-o",  "ControlMaster=no",  "-s",
                        "server",     "sftp"},
      thread_(&Riders::run, this)
{}

Riders::~Riders()
{
    {
        const std::lock_guard lock(mutex_);
        stops_ = true;
    }
    thread_.join();
}

void Riders::finish()
{
    const std::lock_guard lock(mutex_);
    is_finishing_ = true;
}

bool Riders::have_ended() const
{
    const std::lock_guard lock(mutex_);
    return is_finishing_ && running_.empty();
}

Riders::Counts Riders::counts() const
{
    const std::lock_guard lock(mutex_);
    std::vector<Seconds> times = times_;
    Counts counts;
    counts.failed = failed_;
    counts.unfinished = static_cast<int>(running_.size());
    counts.started = static_cast<int>(times.size() + running_.size());
    if (!times.empty()) {
        std::ranges::sort(times);
        counts.median = times[times.size() / 2];
        counts.longest = times.back();
    }
    for (const Rider& rider : running_)
        counts.longest = std::max(counts.longest, Seconds(Clock::now() - rider.start));
    return counts;
}

void Riders::run()
{
    const Inside inside(lab_.client());
    auto next = Clock::now();
    while (true) {
        {
            const std::lock_guard lock(mutex_);
            if (stops_)
                return;
            look_at_all();
            if (!is_finishing_ && Clock::now() >= next) {
                begin();
                next += between_riders;
            }
        }
        std::this_thread::sleep_for(between_looks);
    }
}

void Riders::begin()
{
    running_.emplace_back(words_);
}

void Riders::look_at_all()
{
    for (auto rider = running_.begin(); rider != running_.end();) {
        const auto result = rider->process.exit_result();
        if (!result) {
            ++rider;
            continue;
        }
        times_.push_back(Clock::now() - rider->start);
        failed_ += *result != exited(0);
        rider = running_.erase(rider);
    }
}

}  // namespace autossh_test::outage
