// -f: autossh as a daemon.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// The pid in the file, or 0.
pid_t pid_in(const std::filesystem::path& file)
{
    const std::string text = read_file(file);
    return text.empty() ? 0 : static_cast<pid_t>(std::stol(text));
}

std::string link_of(pid_t pid, const std::string& name)
{
    std::error_code error;
    return std::filesystem::read_symlink(fmt::format("/proc/{}/{}", pid, name), error).string();
}

/// Reads until the other end is closed. False: it stayed open.
bool reaches_end(int fd, std::chrono::milliseconds deadline = generous)
{
    std::array<char, 1024> buffer{};
    return wait_until(
        [&] {
            pollfd readable{fd, POLLIN, 0};
            while (poll(&readable, 1, 0) > 0)
                if (read(fd, buffer.data(), buffer.size()) <= 0)
                    return true;
            return false;
        },
        deadline);
}

}  // namespace

TEST_CASE("In the background autossh is a daemon that keeps the tunnel until TERM")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const auto pid_file = sshd.directory() / "pid";
    const Autossh autossh(sshd, {"-M", "0", "-fN", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_PIDFILE", pid_file}, {"AUTOSSH_GATETIME", "30"}});

    CHECK(autossh.process().wait_for_exit() == exited(0));
    // Set up: ssh runs and the pid file is there.
    const pid_t daemon = pid_in(pid_file);
    REQUIRE(daemon > 1);
    const pid_t ssh = autossh.log().ssh_pid();
    REQUIRE(ssh > 1);
    CHECK(autossh.process().output().empty());
    CHECK(daemon != autossh.process().pid());
    CHECK(autossh.log().autossh_pid() == daemon);

    for (const pid_t pid : {daemon, ssh}) {
        CAPTURE(pid, daemon, ssh);
        CHECK(getsid(pid) == daemon);
        CHECK(getpgid(pid) == daemon);
        CHECK(link_of(pid, "cwd") == "/");
        for (const char* stream : {"fd/0", "fd/1"})
            CHECK(link_of(pid, stream) == "/dev/null");
    }
    CHECK(link_of(daemon, "fd/2") == "/dev/null");
    CHECK(link_of(ssh, "fd/2").ends_with("/errors"));  // we read it
    CHECK(carries_bytes(port));

    CHECK(process_table::send(daemon, SIGTERM));
    CHECK(wait_until([&] { return exit_of(daemon).has_value(); }));
    CHECK(exit_of(daemon) == exited(1));
    CHECK_FALSE(std::filesystem::exists(pid_file));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("In the background a tunnel comes back after ssh was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-f", "-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(autossh.process().wait_for_exit() == exited(0));
    REQUIRE(carries_bytes(port));
    const pid_t ssh = autossh.log().ssh_pid();

    REQUIRE(process_table::send(ssh, SIGKILL));
    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(carries_bytes(port));

    CHECK(process_table::send(autossh.log().autossh_pid(), SIGTERM));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("In the background a busy monitor port is told on stderr and by the exit status")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short port = free_port_pair();
    const Server busy(Server::Manner::echo, static_cast<unsigned short>(port + 1));
    const auto pid_file = sshd.directory() / "pid";
    const Autossh autossh(sshd, {"-M", std::to_string(port), "-fN"}, {{"AUTOSSH_PIDFILE", pid_file}});

    const std::string message = fmt::format("bind on 127.0.0.1:{}: Address already in use", port + 1);
    CHECK(autossh.process().wait_for_exit() == exited(1));
    CAPTURE(autossh.process().errors());
    CHECK(autossh.process().errors().find(message) != std::string::npos);
    CHECK(autossh.log().count(message) == 1);
    CHECK(autossh.log().count("starting ssh") == 0);
    CHECK_FALSE(std::filesystem::exists(pid_file));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("In the background autossh keeps nothing of its caller's open")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const LogFile log;
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    const int extra = fcntl(ends[1], F_DUPFD_CLOEXEC, 100);
    const Process autossh(
        {.arguments = command_line(sshd, {"-f", "-M", "0", "-N", "-L", forwarding(port, far_end.port())}),
         .changes = quick(log),
         .kept_descriptors = {extra},
         .output = ends[1],
         .errors = ends[1]});
    close(extra);
    close(ends[1]);

    CHECK(autossh.wait_for_exit() == exited(0));
    CHECK(reaches_end(ends[0]));
    CHECK(carries_bytes(port));  // and the daemon lives

    close(ends[0]);
    CHECK(process_table::send(log.autossh_pid(), SIGTERM));
    CHECK(autossh.wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("In the background what a jump host's ssh says is in the log, and in the cause")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short nobody = free_port_pair();
    const Autossh autossh(sshd, {"-f", "-M", "0", "-N", "-J", fmt::format("127.0.0.1:{}", nobody)});
    CHECK(autossh.process().wait_for_exit() == exited(0));
    const std::string words =
        fmt::format("ssh: connect to host 127.0.0.1 port {}: Connection refused", nobody);
    CHECK(autossh.log().wait_for(fmt::format("]: {}\n", words)));
    CHECK(autossh.log().wait_for(
        fmt::format(": the jump host does not let us through: {}; trying again", words)));
    CHECK(autossh.log().wait_for("]: remedy: try it alone: "));
    CHECK(process_table::send(autossh.log().autossh_pid(), SIGTERM));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("In the background ssh's own words are found in the log, with its pid")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;
    const Autossh autossh(
        sshd, {"-f", "-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-L", forwarding(other.port(), 9)});
    CHECK(autossh.process().wait_for_exit() == exited(0));

    REQUIRE(autossh.log().wait_for("]: degraded: local port "));
    const pid_t ssh = autossh.log().ssh_pid();
    CHECK(autossh.log().count(fmt::format("]: ssh[{}]: bind [127.0.0.1]:{}: Address already in use\n", ssh,
                                          other.port())) == 1);
    CHECK(autossh.process().errors().empty());
    CHECK(process_table::send(autossh.log().autossh_pid(), SIGTERM));
    CHECK(autossh.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}
