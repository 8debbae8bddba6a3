// The multiplexing protocol with the ssh of this machine and of Debian 13, and a real server.
#include "autossh/ssh/configured_forward.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "tunnels/mux_master.hpp"

#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::exchange;
using autossh_test::MuxMaster;
using autossh_test::Server;
using autossh_test::Sshd;
using ForwardKind = ConfiguredForward::Kind;

namespace {

ConfiguredForward forward_of(ForwardKind kind, const std::string& words)
{
    const auto forward = configured_forward(kind, words);
    REQUIRE(forward);
    return *forward;
}

/// Of the client's address alone: a port that is free for IPv6 would be granted.
ConfiguredForward to_echo(ForwardKind kind, unsigned short port, const Server& echo)
{
    return forward_of(kind, fmt::format("[127.0.0.1]:{} [127.0.0.1]:{}", port, echo.port()));
}

std::string option_for(unsigned short port, const Server& echo)
{
    return fmt::format("127.0.0.1:{}:127.0.0.1:{}", port, echo.port());
}

bool passes(unsigned short port)
{
    return exchange(port, "x", autossh_test::generous) == "x";
}

bool is_refused(const MuxAnswer& answer, const std::string& reason)
{
    INFO(answer.reason);
    CHECK(answer.reason == reason);
    return answer.kind == MuxAnswer::Kind::refused;
}

std::string text_of(const MuxMaster::Version version)
{
    return version == MuxMaster::Version::newer ? "newer ssh" : "ssh of this machine";
}

}  // namespace

TEST_CASE("Mux: a master that is alive says which process it is, and one that is stopped is silent")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "server"});
        const MuxAnswer answer = master.alive();
        CHECK(answer.is_granted());
        CHECK(static_cast<pid_t>(answer.pid) == master.ssh().pid());
        master.ssh().signal(SIGSTOP);
        MuxClient hasty(master.io().get_executor(), master.path(), {.alive = 200ms, .request = 200ms});
        const MuxAnswer silence = master.wait(hasty.alive());
        CHECK(silence.kind == MuxAnswer::Kind::silent);
        CHECK(silence.reason == "no answer within 200 ms");
        master.ssh().signal(SIGCONT);
        CHECK(master.alive().is_granted());
        CHECK(master.log().find("mux") == std::string::npos);
    }
}

TEST_CASE("Mux: forwards are opened and closed on a living connection")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "server"});
        for (const ForwardKind kind : {ForwardKind::remote, ForwardKind::local}) {
            const unsigned short port = autossh_test::free_port_pair();
            const ConfiguredForward forward = to_echo(kind, port, echo);
            CHECK(is_refused(master.close(forward), "port not forwarded"));
            CHECK(master.open(forward).is_granted());
            CHECK(passes(port));
            CHECK(master.open(forward).is_granted());
            CHECK(master.close(forward).is_granted());
            CHECK(autossh_test::wait_until([&] { return autossh_test::port_is_free(port); }));
        }
        const unsigned short port = autossh_test::free_port_pair();
        const ConfiguredForward socks = forward_of(ForwardKind::dynamic, std::to_string(port));
        CHECK(master.open(socks).is_granted());
        const std::string greeting("\x05\x01\x00", 3);
        CHECK(exchange(port, greeting, 500ms) == std::string("\x05\x00", 2));
        CHECK(master.close(socks).is_granted());
        CHECK(autossh_test::port_is_free(port));
    }
}

TEST_CASE("Mux: of -R 0 the answer tells the port, and it is closed as port 0")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "-R", option_for(0, echo), "server"});
        const ConfiguredForward any = to_echo(ForwardKind::remote, 0, echo);
        MuxAnswer answer;
        const auto has_port = [&] {
            answer = master.open(any);
            return answer.is_granted();
        };
        CHECK(autossh_test::wait_until(has_port));  // the server answers for the first one
        const auto port = static_cast<unsigned short>(answer.port);
        CHECK(passes(port));
        const ConfiguredForward same = to_echo(ForwardKind::remote, port, echo);
        CHECK(is_refused(master.close(same), "port not forwarded"));
        CHECK(master.close(any).is_granted());
        CHECK(autossh_test::wait_until([&] { return autossh_test::port_is_free(port); }));
        CHECK(master.open(same).is_granted());
        CHECK(passes(port));
        const MuxAnswer another = master.open(any);
        CHECK(another.port > 0);
        CHECK(another.port != port);
        CHECK(passes(static_cast<unsigned short>(another.port)));
    }
}

TEST_CASE("Mux: what was refused at the start is granted in vain, and asked for again in truth")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions())
        for (const bool remote : {true, false}) {
            INFO(text_of(version) << (remote ? " -R" : " -L"));
            const unsigned short port = autossh_test::free_port_pair();
            auto holder = std::make_unique<Server>(Server::Manner::closes, port);
            MuxMaster master(sshd, version,
                             {"-N", "-o", "ExitOnForwardFailure=no", remote ? "-R" : "-L",
                              option_for(port, echo), "server"});
            const ConfiguredForward forward =
                to_echo(remote ? ForwardKind::remote : ForwardKind::local, port, echo);
            const std::string refusal =
                remote ? fmt::format("remote port forwarding failed for listen port {}", port)
                       : "Port forwarding failed";
            CHECK(master.open(forward).is_granted());
            CHECK_FALSE(passes(port));
            CHECK(is_refused(master.ask_again(forward), refusal));
            CHECK(is_refused(master.ask_again(forward), refusal));
            if (remote)  // from 10.1 on a -L is in the list still
                CHECK(is_refused(master.open(forward), refusal));
            CHECK(master.log().find(remote ? "mux_confirm_remote_forward: remote port forwarding failed"
                                           : "requested local forward") != std::string::npos);
            holder.reset();
            CHECK(master.ask_again(forward).is_granted());
            CHECK(passes(port));
            CHECK(master.close(forward).is_granted());
            CHECK(autossh_test::wait_until([&] { return autossh_test::port_is_free(port); }));
        }
}

TEST_CASE("Mux: a forward of each form that ssh -G lists is closed and opened again")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    const std::string target = fmt::format("127.0.0.1:{}", echo.port());
    const std::string socket = (sshd.directory() / "socket").string();
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        std::vector<unsigned short> ports;
        for (int i = 0; i < 6; ++i)
            ports.push_back(autossh_test::free_port_pair());
        const std::vector<std::string> words{"-N",
                                             "-L",
                                             fmt::format("{}:{}", ports[0], target),
                                             "-L",
                                             fmt::format("*:{}:{}", ports[1], target),
                                             "-L",
                                             fmt::format("localhost:{}:{}", ports[2], target),
                                             "-L",
                                             fmt::format("{}:{}", socket, target),
                                             "-L",
                                             fmt::format("{}:{}", ports[3], socket),
                                             "-R",
                                             fmt::format("{}:{}", ports[4], target),
                                             "-R",
                                             fmt::format("localhost:{}:{}", ports[5], target),
                                             "-R",
                                             "0",
                                             "server"};
        MuxMaster master(sshd, version, words);
        std::vector<std::string> question{"ssh", "-G", "-F", sshd.client_config().string()};
        question.insert(question.end(), words.begin(), words.end());
        const autossh_test::Process asked({.arguments = question});
        REQUIRE(asked.wait_for_exit() == autossh_test::exited(0));
        const auto config = SshConfig::parse(asked.output());
        REQUIRE(config);
        const auto forwards = configured_forwards(*config, std::nullopt);
        CHECK(forwards.size() == 8);
        // Before the server has answered for all -R, to close one would end this ssh.
        for (const unsigned short port : ports)
            CHECK(autossh_test::wait_until([&] { return passes(port); }));
        CHECK(autossh_test::wait_until(
            [&] { return master.log().find("Allocated port") != std::string::npos; }));
        for (const ConfiguredForward& forward : forwards) {
            INFO(forward.listen.port << forward.listen.path);
            CHECK(master.close(forward).is_granted());
            if (!forward.listen.path.empty())
                std::filesystem::remove(forward.listen.path);
            CHECK(master.open(forward).is_granted());
        }
        for (const unsigned short port : ports)
            CHECK(autossh_test::wait_until([&] { return passes(port); }));
        std::filesystem::remove(socket);
        CHECK(master.log().find("rror") == std::string::npos);
    }
}

TEST_CASE("Mux: a forward that is refused ends no ssh, whatever ExitOnForwardFailure says")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "-o", "ExitOnForwardFailure=yes", "server"});
        CHECK(master.open(to_echo(ForwardKind::remote, echo.port(), echo)).kind == MuxAnswer::Kind::refused);
        CHECK(master.open(to_echo(ForwardKind::local, echo.port(), echo)).kind == MuxAnswer::Kind::refused);
        CHECK(master.alive().is_granted());
    }
}

TEST_CASE("Mux: our requests do not keep an ssh whose command has ended")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        const std::string file = sshd.directory() / text_of(version);
        MuxMaster master(sshd, version,
                         {"server", sshd.script("until [ -e '" + file + "' ]; do sleep 0.02; done\n")});
        CHECK(master.alive().is_granted());
        autossh_test::write_file(file, "");
        CHECK(master.ssh().wait_for_exit() == autossh_test::exited(0));
    }
}

TEST_CASE("Mux: a master that stops listening lives as long as somebody is connected")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "server"});
        const auto connection = std::make_shared<MuxConnection>(master.io().get_executor(), master.path());
        const auto ask = [&](const MuxRequest& request) {
            return master.wait(MuxConnection::ask(connection, request, autossh_test::generous));
        };
        CHECK(ask({}).is_granted());
        CHECK(master.stop_listening().is_granted());
        CHECK_FALSE(std::filesystem::exists(master.path()));
        CHECK(master.alive().reason == "No such file or directory");
        const unsigned short port = autossh_test::free_port_pair();
        CHECK(
            ask({.kind = MuxRequest::Kind::open_forward, .forward = to_echo(ForwardKind::remote, port, echo)})
                .is_granted());
        CHECK(passes(port));
        connection->close();
        CHECK(master.ssh().wait_for_exit() == autossh_test::exited(255));
        CHECK(master.log().find("mux") == std::string::npos);
    }
}

TEST_CASE("Mux: a master ends when it is told to")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "server"});
        const MuxAnswer answer = master.terminate();
        CHECK((answer.is_granted() || answer.kind == MuxAnswer::Kind::gone));
        CHECK(master.ssh().wait_for_exit() == autossh_test::exited(255));
        CHECK_FALSE(std::filesystem::exists(master.path()));
    }
}

TEST_CASE("Mux: a server that does not answer for a -R keeps no alive check waiting")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const Server echo;
    for (const auto version : MuxMaster::versions()) {
        INFO(text_of(version));
        MuxMaster master(sshd, version, {"-N", "server"});
        sshd.signal_sessions(SIGSTOP);
        const unsigned short port = autossh_test::free_port_pair();
        const ConfiguredForward forward = to_echo(ForwardKind::remote, port, echo);
        MuxClient hasty(master.io().get_executor(), master.path(), {.alive = 200ms, .request = 200ms});
        CHECK(master.wait(hasty.open(forward)).kind == MuxAnswer::Kind::silent);
        CHECK(master.alive().is_granted());
        sshd.signal_sessions(SIGCONT);
        CHECK(master.ask_again(forward).is_granted());
        CHECK(autossh_test::wait_until([&] { return passes(port); }));
        master.ssh().signal(SIGTERM);
        CHECK(master.ssh().wait_for_exit());
        CHECK(autossh_test::wait_until([&] { return sshd.session_processes().empty(); }));
    }
}
