#include "autossh/ssh/loopback_proof.hpp"

#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/probe_lines.hpp"

#include "support/catch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace autossh;

namespace {

Forward granted(std::optional<std::string> host, std::uint16_t port,
                std::optional<std::string> target = "localhost", std::uint16_t target_port = 22)
{
    Forward forward;
    forward.kind = Forward::Kind::remote;
    forward.place = std::to_string(port);
    forward.state = Forward::State::working;
    forward.configured = std::make_shared<const ConfiguredForward>(
        ConfiguredForward{.kind = ConfiguredForward::Kind::remote,
                          .listen = {.host = std::move(host), .port = port, .path = ""},
                          .target = {.host = std::move(target), .port = target_port, .path = ""}});
    return forward;
}

SshCircumstances server(const std::string& software)
{
    CircumstanceReader reader;
    reader.read_line("debug1: Remote protocol version 2.0, remote software version " + software, false);
    return reader.found();
}

const std::string debian = "OpenSSH_9.2p1 Debian-2+deb12u10";

/// One -R 7000 that the server has granted.
ClientState connected()
{
    SessionTerms terms;
    terms.forwards = {granted(std::nullopt, 7000)};
    terms.forwards.front().state = Forward::State::unknown;
    ClientState state(std::move(terms));
    state.read_lines("debug1: Authenticating to srv.example:22 as 'me'\n"
                     "Authenticated to srv.example ([192.0.2.1]:22) using \"publickey\".\n"
                     "debug1: remote forward success for: listen 7000, connect localhost:22\n");
    return state;
}

}  // namespace

TEST_CASE("Loopback proof: of which forwards it is wanted")
{
    Forward refused = granted(std::nullopt, 7000);
    refused.state = Forward::State::refused;
    Forward used = granted(std::nullopt, 7000);
    used.is_used_by_ipv4 = true;
    Forward local = granted(std::nullopt, 7000);
    local.kind = Forward::Kind::local;
    Forward path = granted(std::nullopt, 7000);
    path.configured = std::make_shared<const ConfiguredForward>(
        ConfiguredForward{.kind = ConfiguredForward::Kind::remote,
                          .listen = {.host = std::nullopt, .path = "/run/s"},
                          .target = {.host = "localhost", .port = 22, .path = ""}});
    const struct {
        Forward forward;
        bool can;
    } cases[] = {
        {granted(std::nullopt, 7000), true},
        {granted("localhost", 7000), true},
        {granted("*", 7000), true},
        {granted("", 7000), true},
        {granted("127.0.0.1", 7000), false},  // the server's answer is the truth
        {granted("::1", 7000), false},
        {granted("192.0.2.1", 7000), false},
        {granted(std::nullopt, 1023), false},
        {granted(std::nullopt, 1024), true},
        {granted(std::nullopt, 0), false},
        {refused, false},
        {used, false},
        {local, false},
        {path, false},
    };
    for (const auto& each : cases) {
        const std::vector<Forward> all{each.forward};
        CHECK(can_be_proven(each.forward, all, server(debian)) == each.can);
        CHECK_FALSE(can_be_proven(each.forward, all, server("Go")));
        CHECK_FALSE(can_be_proven(each.forward, all, server("OpenSSH_for_Windows_9.5")));
        CHECK_FALSE(can_be_proven(each.forward, all, SshCircumstances()));
    }
    const std::vector<Forward> twice{granted(std::nullopt, 7000), granted("127.0.0.1", 7000)};
    CHECK_FALSE(can_be_proven(twice.front(), twice, server(debian)));
    const std::vector<Forward> two{granted(std::nullopt, 7000), granted(std::nullopt, 7001)};
    CHECK(can_be_proven(two.front(), two, server(debian)));
}

TEST_CASE("Loopback proof: only a target on this machine is connected to, and no name is looked up for it")
{
    const struct {
        std::optional<std::string> host;
        std::uint16_t port;
        std::optional<std::uint16_t> here;
    } cases[] = {
        {"localhost", 22, 22},
        {"127.0.0.1", 2222, 2222},
        {"127.9.9.9", 2222, 2222},
        {"::1", 2222, 2222},
        {"192.0.2.1", 22, std::nullopt},
        {"127.example", 22, std::nullopt},
        {"printer.example", 22, std::nullopt},
        {"localhost", 0, std::nullopt},
        {std::nullopt, 22, std::nullopt},
        {"socks", 0, std::nullopt},
    };
    for (const auto& each : cases) {
        INFO(each.host.value_or("-") << ' ' << each.port);
        CHECK(target_port_here(granted(std::nullopt, 7000, each.host, each.port)) == each.here);
    }
    CHECK(place_to_prove(granted(std::nullopt, 7000)) ==
          ForwardPlace{.host = "127.0.0.1", .port = 7000, .path = ""});
}

TEST_CASE("Loopback proof: who has come by IPv4 proves it, and who has come by IPv6 does not")
{
    ClientState state = connected();
    const auto& forwards = state.users_forwards();
    REQUIRE(forwards.front().state == Forward::State::working);
    state.read_lines(
        "debug1: client_request_forwarded_tcpip: listen localhost port 7000, originator ::1 port 9\n"
        "debug1: client_request_forwarded_tcpip: listen localhost port 17000, originator 127.0.0.1 port 9\n");
    CHECK_FALSE(forwards.front().is_used_by_ipv4);
    state.read_lines(
        "debug1: client_request_forwarded_tcpip: listen localhost port 7000, originator 127.0.0.1 port 9\n");
    CHECK(forwards.front().is_used_by_ipv4);
}

TEST_CASE("Loopback proof: a stranger's port is a refusal, which ends where it is ours")
{
    ClientState state = connected();
    const Forward forward = state.users_forwards().front();
    const SshMessage refusal = refusal_on_loopback(forward);
    state.note_refusal(refusal);
    REQUIRE(state.refused_forwards().size() == 1);
    const SshMessage& told = state.refused_forwards().front();
    CHECK(is_refusal_on_loopback(told));
    CHECK(told.failure.cause ==
          "the server listens on port 7000 for IPv6 alone: on 127.0.0.1 it is another program's");
    CHECK(told.failure.remedy ==
          "see whose it is there (ss -ltnp sport = :7000), and end that, or take another port");
    CHECK(state.forwards() == "-R 7000 refused");
    CHECK_FALSE(state.some_forward_failed());  // ssh does not end of it
    state.forward_is_granted(refusal, *forward.configured);
    CHECK(state.refused_forwards().empty());
    CHECK(state.forwards() == "-R 7000 working");
}

TEST_CASE(
    "Loopback proof: what ssh says of our own connection is nobody's, and of others to that place the user's")
{
    ClientState state = connected();
    state.expect_probe("127.0.0.1:7000");
    const auto fails = [&](const std::string& asked_for, const std::string& channel) {
        state.read_lines("debug1: " + asked_for + "\ndebug1: channel " + channel +
                         ": new x [y] (inactive timeout: 0)\n");
        return state.read_line("channel " + channel + ": open failed: connect failed: Connection refused");
    };
    CHECK_FALSE(state.probe().failure());
    CHECK_FALSE(fails("channel_connect_stdio_fwd: 127.0.0.1:7000", "2"));
    CHECK(state.failed_uses() == 0);
    CHECK(state.probe().failure() == ProbeLines::Failure::nobody);
    state.expect_probe("127.0.0.1:7000");
    CHECK_FALSE(state.probe().failure());
    CHECK(fails("channel_connect_stdio_fwd: 127.0.0.1:8000", "3"));
    CHECK(fails("Connection to port 9001 forwarding to 127.0.0.1 port 7000 requested.", "2"));
    CHECK(state.failed_uses() == 2);
}

TEST_CASE("Loopback proof: a server is OpenSSH's by the last version that was heard")
{
    CircumstanceReader reader;
    reader.read_line("debug1: Remote protocol version 2.0, remote software version " + debian, false);
    CHECK(reader.found().is_openssh);
    reader.read_line("debug1: Remote protocol version 2.0, remote software version Go", false);
    CHECK_FALSE(reader.found().is_openssh);
}

TEST_CASE("Loopback proof: why our own connection has failed")
{
    using Failure = ProbeLines::Failure;
    const struct {
        const char* reason;
        Failure failure;
    } cases[] = {
        {"connect failed: Connection refused", Failure::nobody},
        {"administratively prohibited: open failed", Failure::forbidden},
        {"connect failed: Network is unreachable", Failure::other},
        {"resource shortage: x", Failure::other},
    };
    for (const auto& each : cases) {
        ProbeLines lines;
        lines.expect("127.0.0.1:7000");
        CHECK_FALSE(lines.take("debug1: channel_connect_stdio_fwd: 127.0.0.1:7000"));
        CHECK_FALSE(
            lines.take("debug1: channel 12: new stdio-forward [stdio-forward] (inactive timeout: 0)"));
        CHECK_FALSE(lines.take(std::string("channel 1: open failed: ") + each.reason));
        CHECK_FALSE(lines.failure());
        CHECK(lines.take(std::string("channel 12: open failed: ") + each.reason));
        CHECK(lines.failure() == each.failure);
        lines.expect("127.0.0.1:7000");
        lines.take("debug1: channel_connect_stdio_fwd: 127.0.0.1:0");
        lines.take("debug1: channel 12: new stdio-forward [stdio-forward] (inactive timeout: 0)");
        CHECK(lines.take(std::string("channel 12: open failed: ") + each.reason));
        CHECK_FALSE(lines.failure());
    }
}
