#include "autossh/ssh/port_proof.hpp"

#include "autossh/ssh/client_state.hpp"

#include "support/catch.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace autossh;

namespace {

Forward granted(std::optional<std::string> host, std::uint16_t port)
{
    Forward forward;
    forward.kind = Forward::Kind::remote;
    forward.place = std::to_string(port);
    forward.state = Forward::State::working;
    forward.configured = std::make_shared<const ConfiguredForward>(
        ConfiguredForward{.kind = ConfiguredForward::Kind::remote,
                          .listen = {.host = std::move(host), .port = port, .path = ""},
                          .target = {.host = "localhost", .port = 22, .path = ""}});
    return forward;
}

SshCircumstances server(const std::string& software)
{
    CircumstanceReader reader;
    reader.read_line("debug1: Remote protocol version 2.0, remote software version " + software, false);
    return reader.found();
}

MuxAnswer answer(MuxAnswer::Kind kind)
{
    return {.kind = kind, .reason = ""};
}

const std::string debian = "OpenSSH_9.2p1 Debian-2+deb12u10";

}  // namespace

TEST_CASE("Port proof: of which forwards it can be asked for")
{
    Forward refused = granted(std::nullopt, 7000);
    refused.state = Forward::State::refused;
    Forward used = granted(std::nullopt, 7000);
    used.is_used = true;
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
    } table[] = {
        {granted(std::nullopt, 7000), true},
        {granted("localhost", 7000), true},
        {granted(std::nullopt, 1024), true},
        {granted(std::nullopt, 1023), false},  // of services that choose names: -R 80
        {granted(std::nullopt, 0), false},
        {granted("127.0.0.1", 7000), false},  // the answer is the truth
        {granted("::1", 7000), false},
        {granted("", 7000), false},  // all addresses
        {granted("name", 7000), false},
        {refused, false},
        {used, false},
        {local, false},
        {path, false},
    };
    for (const auto& row : table) {
        INFO(in_words(row.forward) << " on " << row.forward.configured->listen.host.value_or("-"));
        CHECK(can_be_proven(row.forward, std::vector{row.forward}, server(debian)) == row.can);
    }
    const Forward one = granted(std::nullopt, 7000);
    CHECK_FALSE(can_be_proven(one, std::vector{one, granted("127.0.0.1", 7000)}, server(debian)));
    CHECK(can_be_proven(one, std::vector{one, granted(std::nullopt, 7001)}, server(debian)));
}

TEST_CASE("Port proof: of which servers it is asked")
{
    const Forward one = granted(std::nullopt, 7000);
    CircumstanceReader gateway;
    for (const char* const line :
         {"debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2",
          "debug1: Remote: Forwarding listen address \"localhost\" overridden by server GatewayPorts",
          "debug1: remote forward success for: listen 7000, connect localhost:22"})
        gateway.read_line(line, true);
    CHECK_FALSE(can_be_proven(one, std::vector{one}, gateway.found()));
    const struct {
        std::string software;
        bool is_asked;
    } table[] = {
        {debian, true},
        {"OpenSSH_10.0p2 Debian-7", true},
        {"OpenSSH_7.4", true},
        {"OpenSSH_for_Windows_9.5", false},
        {"dropbear_2022.83", false},
        {"Go", false},
        {"babeld-OpenSSH", false},
        {"", false},
    };
    for (const auto& row : table) {
        INFO(row.software);
        CHECK(can_be_proven(one, std::vector{one}, server(row.software)) == row.is_asked);
    }
}

TEST_CASE("Port proof: what the answers mean")
{
    using enum MuxAnswer::Kind;
    const struct {
        MuxAnswer::Kind ipv4;
        MuxAnswer::Kind ipv6;
        MuxAnswer::Kind any_port;
        PortProof proof;
    } table[] = {
        {granted, granted, gone, PortProof::ours},
        {granted, refused, gone, PortProof::ours},  // a server without IPv6
        {refused, granted, granted, PortProof::strangers},
        {refused, granted, refused, PortProof::unknown},  // AddressFamily inet6
        {refused, refused, gone, PortProof::unknown},     // PermitListen localhost:7000
        {silent, granted, granted, PortProof::unknown},
        {refused, silent, granted, PortProof::unknown},
        {gone, gone, gone, PortProof::unknown},
    };
    for (const auto& row : table)
        CHECK(port_proof(answer(row.ipv4), answer(row.ipv6), answer(row.any_port)) == row.proof);
}

TEST_CASE("Port proof: a forward without 127.0.0.1 does not work, and ssh does not end of it")
{
    const Forward one = granted(std::nullopt, 7000);
    SessionTerms terms;
    terms.forwards = {one};
    ClientState state(terms);
    state.read_line("debug1: Authenticating to gw:22 as 'tun'");
    state.read_line("Authenticated to gw ([10.0.0.1]:22) using \"publickey\".");
    state.note_refusal(refusal_on_ipv4(one));
    CHECK(state.users_forwards().front().state == Forward::State::refused);
    CHECK_FALSE(state.some_forward_failed());
    CHECK_FALSE(state.every_forward_failed(1));
    CHECK_FALSE(state.failed());
    REQUIRE(state.refused_forwards().size() == 1);
    const SshMessage refusal = state.refused_forwards().front();
    CHECK(is_refusal_on_ipv4(refusal));
    CHECK(refusal.failure.cause ==
          "the server listens on port 7000 of ::1 alone: on 127.0.0.1 it is another program's");
    CHECK(refusal.failure.remedy ==
          "see whose it is there (ss -ltnp sport = :7000), and end that, or take another port");
    CHECK_FALSE(refusal.failure.lasts);
    state.forward_is_granted(refusal, *one.configured);
    CHECK(state.refused_forwards().empty());
    CHECK(state.users_forwards().front().state == Forward::State::working);
    CHECK_FALSE(
        is_refusal_on_ipv4(parse_message("Warning: remote port forwarding failed for listen port 1")));
}

TEST_CASE("Port proof: nothing is asked before the server has answered for the loop of the tests")
{
    SessionTerms terms;
    terms.loop_port = 20001;
    ClientState own(terms);
    CHECK(own.loop_awaits_answer());
    own.read_line("debug1: remote forward success for: listen 7000, connect localhost:22");
    CHECK(own.loop_awaits_answer());
    own.read_line("debug1: remote forward success for: listen 127.0.0.1:20001, connect /x:-2");
    CHECK_FALSE(own.loop_awaits_answer());

    SessionTerms over_ports;
    over_ports.monitor_port = 20001;
    CHECK_FALSE(ClientState(over_ports).loop_awaits_answer());  // -M PORT:ECHO
    over_ports.monitor_listens = true;
    ClientState loop(over_ports);
    CHECK(loop.loop_awaits_answer());
    loop.read_line("debug1: remote forward failure for: listen 20001, connect 127.0.0.1:20002");
    CHECK_FALSE(loop.loop_awaits_answer());
    CHECK_FALSE(ClientState(SessionTerms()).loop_awaits_answer());
}

TEST_CASE("States: what the server answers for is known when it has answered for all")
{
    const std::string first = "debug1: remote forward success for: listen 7000, connect localhost:22";
    const std::string second = "debug1: remote forward success for: listen 7001, connect localhost:22";
    const std::string refusal = "debug1: remote forward failure for: listen 7003, connect localhost:22";
    const auto asked_for = [](std::uint16_t port) {
        Forward forward = granted(std::nullopt, port);
        forward.state = Forward::State::unknown;
        return forward;
    };
    Forward local = asked_for(8000);
    local.kind = Forward::Kind::local;
    Forward device = local;
    device.kind = Forward::Kind::device;
    const auto is_answered = [&](const std::vector<Forward>& forwards, bool session = false) {
        SessionTerms terms;
        terms.forwards = forwards;
        terms.session = session;
        ClientState state(terms);
        state.read_line("Authenticated to gw ([10.0.0.1]:22) using \"publickey\".");
        CHECK_FALSE(state.is_answered());
        state.read_line(first);
        state.read_line(second);
        state.read_line(refusal);
        return state.is_answered();
    };
    CHECK(is_answered({asked_for(7000)}));
    CHECK(is_answered({asked_for(7000), asked_for(7001)}));
    CHECK(is_answered({local, asked_for(7000)}));
    CHECK_FALSE(is_answered({asked_for(7000), asked_for(7002)}));
    CHECK_FALSE(is_answered({asked_for(7000), asked_for(7003)}));  // the line that tells it is still to come
    CHECK_FALSE(is_answered({local}));  // the server has said nothing since the log-in
    CHECK_FALSE(is_answered({}));
    CHECK_FALSE(is_answered({asked_for(7000), device}));
    CHECK_FALSE(is_answered({asked_for(7000)}, true));  // its command may end at once
}

TEST_CASE("Port proof: who comes through a -R is seen")
{
    SessionTerms terms;
    terms.forwards = {granted(std::nullopt, 7000), granted(std::nullopt, 700)};
    ClientState state(terms);
    state.read_line("Authenticated to gw ([10.0.0.1]:22) using \"publickey\".");
    state.read_line(
        "debug1: client_request_forwarded_tcpip: listen localhost port 7000, originator 127.0.0.1 port 700");
    CHECK(state.users_forwards().at(0).is_used);
    CHECK_FALSE(state.users_forwards().at(1).is_used);
}
