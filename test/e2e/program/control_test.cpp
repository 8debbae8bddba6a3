// The control socket of an autossh with the real ssh and sshd.
#include "e2e/support/autossh.hpp"
#include "e2e/support/control_connection.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>

using namespace autossh_test;

namespace {

bool has_words(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("Control socket: a single tunnel tells of itself, is restarted and stopped")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory runtime;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd,
                          {"-M", "auto", "-N", "-L", forwarding(port, sshd.port()), "-R", "0:127.0.0.1:9"},
                          {{"XDG_RUNTIME_DIR", runtime.path()}});
    CHECK(autossh.log().wait_for("]: up: "));
    ControlConnection client(runtime.path());
    REQUIRE(client.is_open());
    const std::string status = client.ask(R"({"id":1,"do":"status","tunnels":["server"]})");
    const pid_t ssh = autossh.log().ssh_pid();
    CHECK(has_words(status, R"({"id":1,"ok":true,"daemon":{"name":"server","kind":"single","pid":)" +
                                std::to_string(autossh.log().autossh_pid())));
    CHECK(has_words(status, R"("state":"up","health":"up")"));
    CHECK(has_words(status, fmt::format(R"("pid":{},"starts":1,"host":"server")", ssh)));
    CHECK(has_words(status, R"("address":"127.0.0.1","port":)" + std::to_string(sshd.port())));
    CHECK(
        has_words(status, fmt::format(R"("kind":"L","listen":"{}","to":"127.0.0.1:{}")", port, sshd.port())));
    CHECK(
        has_words(status, R"("kind":"R","listen":"0","to":"127.0.0.1:9","need":"wanted","state":"working")"));
    CHECK(has_words(status, R"("tests":1,"failed":0)"));

    CHECK(has_words(client.ask(R"({"do":"explain"})"), "-o ControlMaster=yes"));
    CHECK(has_words(client.ask(R"({"do":"start","tunnels":["*"]})"), "it is not stopped"));
    CHECK(has_words(client.ask(R"({"do":"reload"})"), R"("code":"not-possible")"));
    CHECK(has_words(client.ask(R"({"do":"stop","tunnels":["other"]})"), R"("code":"no-such-tunnel")"));

    ControlConnection listener(runtime.path());
    CHECK(listener.ask(R"({"id":1,"do":"events"})") == R"({"id":1,"ok":true})");
    CHECK(has_words(listener.ask(R"({"id":2,"do":"logs","follow":true})"), "ssh child pid is "));
    CHECK(client.ask(R"({"id":3,"do":"restart","tunnels":["server"]})") ==
          R"({"id":3,"ok":true,"tunnels":["server"],"refused":[]})");
    CHECK(has_words(listener.line_with("to be restarted"), "to be restarted: asked for by "));
    CHECK(has_words(listener.line_with(R"("event")"), R"("state":"stopping","before":"up","health":"down")"));
    CHECK(has_words(listener.line_with(R"("state":"up")"), R"("class":null,"cause":null)"));
    CHECK(autossh.ssh_after(ssh) > 0);

    CHECK(has_words(client.ask(R"({"do":"stop","tunnels":["server"]})"), R"("tunnels":["server"])"));
    CHECK(autossh.process().wait_for_exit().has_value());
    CHECK(autossh.log().count("]: to be stopped: asked for by ") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Control socket: bad clients harm neither the tunnels of a fleet nor the next order")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory runtime;
    const std::string file = runtime.path() / "lab.toml";
    const std::string log = runtime.path() / "log";
    write_file(file,
               fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n"
                           "[tunnel.one]\ngroups = [\"prod\"]\n[tunnel.two]\n[tunnel.off]\nenabled = false\n",
                           sshd.client_config().string()));
    ::chmod(file.c_str(), 0600);
    const Process autossh({.arguments = {tested_autossh(), "--fleet", "--log-file", log, file},
                           .changes = {{"XDG_RUNTIME_DIR", runtime.path()}}});
    const auto has_logged = [&](const std::string& words) {
        return wait_until([&] { return has_words(read_file(log), words); });
    };
    CHECK(has_logged("]: one: up: "));
    CHECK(has_logged("]: two: up: "));

    ControlConnection deaf(runtime.path());  // asks, and reads nothing
    for (int i = 0; i < 1000; ++i)
        deaf.send("{\"do\":\"status\"}\n");
    ControlConnection garbage(runtime.path());
    garbage.send(std::string(4096, '\xff') + "\n{\"do\":[[[\n");
    ControlConnection half(runtime.path());
    half.send("{\"do\":\"stop\",\"tunnels\":[\"two\"]");
    ControlConnection endless(runtime.path());
    std::string noise(64 * 1024 + 1, 'x');
    CHECK(wait_until([&] {
        noise.erase(0, endless.send(noise));
        return noise.empty();
    }));
    CHECK(has_words(endless.line(), R"("code":"too-long")"));
    CHECK(has_logged(" is turned away: its line is longer than 65536 bytes\n"));

    ControlConnection client(runtime.path());
    CHECK(client.ask(R"({"id":1,"do":"stop","tunnels":["@prod"]})") ==
          R"({"id":1,"ok":true,"tunnels":["one"],"refused":[]})");
    CHECK(wait_until([&] {
        return has_words(client.ask(R"({"do":"status","tunnels":["one"]})"),
                         R"("name":"one","state":"stopped","health":"stopped","words":"stopped by hand")");
    }));
    CHECK(client.ask(R"({"do":"start","tunnels":["one","off"]})") ==
          R"({"id":null,"ok":true,"tunnels":["one","off"],"refused":[]})");
    CHECK(has_logged("]: off: up: "));
    CHECK(has_words(client.ask(R"({"do":"reload","dry-run":true})"), R"("dry_run":true,"changes":[)"));
    CHECK(has_words(client.ask(R"({"do":"status","tunnels":["two"]})"), R"("starts":1,)"));
    CHECK(has_words(garbage.line(), R"("code":"bad-request")"));

    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit().has_value());
    CHECK(autossh.wait_until_nothing_left());
}
