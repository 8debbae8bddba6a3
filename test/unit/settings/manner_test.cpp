// What -M, a poll time that was given, and --plain come to.
#include "autossh/settings/manner.hpp"

#include "support/catch.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Manner: -M says by which way the connection is tested, and what goes with it")
{
    TunnelSettings settings;
    CHECK(manner_of(settings).test_way == TestWay::none);
    settings.monitor = MonitorPorts{20000, {}};
    const Manner over_ports = manner_of(settings);
    CHECK(over_ports.test_way == TestWay::ports);
    CHECK_FALSE(over_ports.listens_for_silence);
    CHECK_FALSE(over_ports.tests_rest_with_ssh);
    settings.monitor.reset();
    settings.auto_monitor = true;
    const Manner over_loop = manner_of(settings);
    CHECK(over_loop.test_way == TestWay::loop);
    CHECK(over_loop.listens_for_silence);
    CHECK(over_loop.tests_rest_with_ssh);
}

TEST_CASE("Manner: with a poll time given the waits are 1.4g's, and a dead connection is found sooner")
{
    TunnelSettings settings;
    const Manner by_default = manner_of(settings);
    CHECK(by_default.wait_curve == WaitCurve::short_varied);
    CHECK(by_default.may_probe_port);
    CHECK(by_default.tolerated_silence == 28s);
    CHECK(by_default.tolerated_silence_after_change == 2s);
    settings.poll_given = true;
    const Manner given = manner_of(settings);
    CHECK(given.wait_curve == WaitCurve::as_reference);
    CHECK_FALSE(given.may_probe_port);
    CHECK(given.tolerated_silence == 2s);
    CHECK(given.waits_for_missing_ssh);
}

TEST_CASE("Manner: --plain is 1.4g's, and AUTOSSH_PLAIN=no says that the client is OpenSSH's")
{
    TunnelSettings settings;
    CHECK(manner_of(settings).ask_client == AskClient::if_openssh);
    settings.auto_monitor = true;
    CHECK(manner_of(settings).ask_client == AskClient::if_openssh_or_script);
    settings.auto_monitor = false;
    const Manner by_default = manner_of(settings);
    settings.plain = false;
    Manner manner = manner_of(settings);
    CHECK(manner.ask_client == AskClient::yes);
    manner.ask_client = AskClient::if_openssh;
    CHECK(manner == by_default);
    settings.plain = true;
    const Manner plain = manner_of(settings);
    CHECK(plain.ask_client == AskClient::no);
    CHECK(plain.wait_curve == WaitCurve::as_reference);
    CHECK_FALSE(plain.may_probe_port);
    CHECK_FALSE(plain.waits_for_missing_ssh);
}
