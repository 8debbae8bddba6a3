// Manual, "Service managers" and "--check", with the real ssh and sshd.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/notify_listener.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

std::optional<ExitResult> check(const std::string& pid_file, std::string& line)
{
    const Process process({.arguments = {tested_autossh(), "--check", "--pid-file", pid_file}});
    const auto result = process.wait_for_exit();
    line = process.output();
    return result;
}

}  // namespace

TEST_CASE("Service manager: READY=1 comes when the first test has passed, and --check says up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const NotifyListener listener;
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    const Autossh autossh(sshd, {"-N", "--name", "x"},
                          {{"NOTIFY_SOCKET", listener.name()}, {"AUTOSSH_PIDFILE", pid_file}});
    std::string message = listener.next();
    while (message.find("READY=1") == std::string::npos && !message.empty()) {
        CHECK(message.find("STATUS=up") == std::string::npos);
        message = listener.next();
    }
    CHECK(message.starts_with("STATUS=up for "));
    CHECK(message.find("; last test ") != std::string::npos);
    CHECK(autossh.log().count("]: up: the connection test came back") == 1);
    std::string line;
    CHECK(check(pid_file, line) == exited(0));
    CHECK(line.starts_with("x: up for "));

    sshd.stop();
    CHECK_FALSE(listener.next_with(": connection refused by ").empty());
    CHECK(check(pid_file, line) == exited(2));
    CHECK(autossh.end() == exited(0));
    check_nothing_left(sshd);
}

TEST_CASE("Check: the port that the server has allocated for -R 0 is told, which the next ssh has again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    const Autossh autossh(
        sshd, {"-M", "0", "-N", "--name", "x", "-R", fmt::format("127.0.0.1:0:127.0.0.1:{}", sshd.port())},
        {{"AUTOSSH_PIDFILE", pid_file}});
    pid_t ssh = 0;
    for (const int session : {1, 2}) {
        if (ssh != 0)
            ::kill(ssh, SIGKILL);
        ssh = autossh.ssh_after(ssh);
        REQUIRE(autossh.log().wait_for("Allocated port ", session));
        REQUIRE(autossh.log().wait_for("]: up", session));
        const std::string text = autossh.log().text();
        const std::string rest = text.substr(text.find("Allocated port ") + 15);
        const std::string port = rest.substr(0, rest.find(' '));
        if (session == 2)
            REQUIRE(autossh.log().wait_for(fmt::format("]: the server listens on port {} again, ", port)));
        std::string line;
        CHECK(check(pid_file, line) == exited(0));
        CHECK(line.starts_with("x: up for "));
        CHECK(line.find(fmt::format("; allocated port {};", port)) != std::string::npos);
    }
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Service manager: a tunnel with a refused forward is not ready, and --check says degraded")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const NotifyListener listener;
    const TemporaryDirectory directory;
    const std::string pid_file = directory / "pid";
    const Server taken;
    const Autossh autossh(sshd,
                          {"-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-L",
                           forwarding(free_port_pair(), sshd.port()), "-R",
                           "127.0.0.1:" + forwarding(taken.port(), sshd.port())},
                          {{"NOTIFY_SOCKET", listener.name()},
                           {"AUTOSSH_PIDFILE", pid_file},
                           {"AUTOSSH_POLL", "600"}});  // when it would be tried again
    const std::string message = listener.next_with("STATUS=degraded for ");
    CHECK_FALSE(message.empty());
    CHECK(message.find("READY=1") == std::string::npos);
    std::string line;
    CHECK(check(pid_file, line) == exited(1));
    CHECK(autossh.end() == exited(0));
    check_nothing_left(sshd);
}
