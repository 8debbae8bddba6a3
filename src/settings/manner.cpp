#include "autossh/settings/manner.hpp"

namespace autossh {

namespace {

/// Short where somebody wants it so, or the network has changed; else a lossy line may be silent for long,
/// and lives.
constexpr Duration quick_silence = std::chrono::seconds(2);
constexpr Duration long_silence = std::chrono::seconds(28);

TestWay test_way(const TunnelSettings& settings)
{
    if (settings.auto_monitor)
        return TestWay::loop;
    return settings.monitor ? TestWay::ports : TestWay::none;
}

AskClient ask_client(const TunnelSettings& settings)
{
    if (!settings.plain)
        return settings.auto_monitor ? AskClient::if_openssh_or_script : AskClient::if_openssh;
    return *settings.plain ? AskClient::no : AskClient::yes;
}

}  // namespace

Manner manner_of(const TunnelSettings& settings)
{
    const bool plain = settings.plain.value_or(false);
    const bool by_reference = settings.poll_given || plain;
    return {.test_way = test_way(settings),
            .listens_for_silence = settings.auto_monitor,
            .tolerated_silence = settings.poll_given ? quick_silence : long_silence,
            .tolerated_silence_after_change = quick_silence,
            .tests_rest_with_ssh = settings.auto_monitor,
            .wait_curve = by_reference ? WaitCurve::as_reference : WaitCurve::short_varied,
            .may_probe_port = !by_reference,
            .ask_client = ask_client(settings),
            .waits_for_missing_ssh = !plain};
}

}  // namespace autossh
