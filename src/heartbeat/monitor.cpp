#include "autossh/heartbeat/monitor.hpp"

#include "autossh/heartbeat/heartbeat.hpp"

#include <utility>

namespace autossh {

Monitor::Monitor(Executor executor, const TunnelSettings& settings, Log& log, std::function<void()> on_result)
    : Monitor(loop_over_ports(executor, *settings.monitor), executor, settings, log, std::move(on_result))
{}

Monitor::Monitor(Executor executor, const TunnelSettings& settings, const std::string& directory, Log& log,
                 std::function<void()> on_result)
    : Monitor(loop_over_sockets(executor, directory), executor, settings, log, std::move(on_result))
{}

Monitor::Monitor(Loop loop, Executor executor, const TunnelSettings& settings, Log& log,
                 std::function<void()> on_result)
    : executor_(std::move(executor)), settings_(settings), log_(log), on_result_(std::move(on_result)),
      loop_(std::move(loop))
{}

Monitor::~Monitor()
{
    abandon();
}

void Monitor::start_test(Duration limit, bool again)
{
    abandon();
    if (!again) {
        message_ = make_heartbeat(settings_.message);
        first_sent_ = Clock::now();
    }
    probe_ =
        std::make_shared<Probe>(executor_, log_, loop_, message_, limit, [this, again](TestResult result) {
            if (!result.passed)
                result.round_trip = last_.round_trip;
            else if (again)
                result.round_trip = std::chrono::duration_cast<Duration>(Clock::now() - first_sent_);
            last_ = std::move(result);
            result_ = last_.passed;
            probe_.reset();
            on_result_();
        });
    probe_->start();
}

std::optional<bool> Monitor::take_result()
{
    return std::exchange(result_, std::nullopt);
}

void Monitor::abandon()
{
    if (probe_)
        std::exchange(probe_, nullptr)->cancel();
    result_.reset();
}

}  // namespace autossh
