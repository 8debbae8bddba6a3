// Manual, "Diagnostics", the causes by class: those of forwards.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr auto no_tests = "keepalives alone watch the connection\n";

/// On 127.0.0.1 alone. Otherwise ssh or sshd takes ::1 as well, and is content with that.
std::string on_ipv4(int from, int to)
{
    return "127.0.0.1:" + forwarding(from, to);
}

/// "pid N (NAME)" of the test itself.
std::string ourselves()
{
    std::string name = read_file("/proc/self/comm");
    name.erase(name.find_last_not_of('\n') + 1);
    return fmt::format("pid {} ({})", getpid(), name);
}

/// As logged, and as little as that: no restart has been tried, or needed.
void check_one_session(const Autossh& autossh)
{
    CHECK(autossh.log().count("]: starting ssh (count ") == 1);
    CHECK(autossh.log().count("]: down after ") == 0);
    CHECK(autossh.log().count("]: not up after ") == 0);
}

}  // namespace

TEST_CASE("Forward refused: with ExitOnForwardFailure it ends autossh within the gate time")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;  // its client configuration sets ExitOnForwardFailure
    const Server other;
    const GivingUp given_up(sshd, {"-M", "0", "-N", "-R", on_ipv4(other.port(), 9)});

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.ssh_alone ==
          fmt::format("Error: remote port forwarding failed for listen port {}\r\n", other.port()));
    CHECK(given_up.cause ==
          fmt::format("the server refuses to listen on port {}: it is in use there", other.port()));
    check_nothing_left(sshd);
}

TEST_CASE("Forward refused: with ExitOnForwardFailure it is tried again past the gate time, until it works")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    std::optional<Server> other(std::in_place);
    const unsigned short port = other->port();
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        if (!other) {
            REQUIRE(wait_until([&] { return port_is_free(port); }));  // sshd's session may still hold it
            other.emplace(Server::Manner::echo, port);
        }
        const Autossh autossh(sshd, {"-M", monitor, "-N", "-R", on_ipv4(port, far_end.port())});
        REQUIRE(autossh.log().wait_for("]: not up after "));
        CHECK(line_after(autossh.log(), "]: not up after ")
                  .find(fmt::format(": the server refuses to listen on port {}", port)) != std::string::npos);
        // It has never been up: nothing of it has worked.
        CHECK(autossh.log().count("]: up: ") + autossh.log().count("]: degraded: ") == 0);
        CHECK(autossh.log().count("]: down after ") == 0);
        other.reset();
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(carries_bytes(port));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Forward refused when a tunnel comes back: it is down from the loss until the forward works again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Autossh autossh(sshd, {"-M", monitor, "-N", "-R", on_ipv4(port, far_end.port())});
        REQUIRE(carries_bytes(port));
        REQUIRE(autossh.log().wait_for("]: up: "));
        sshd.stop();
        std::optional<Server> other(std::in_place, Server::Manner::echo, port);  // as a dead session might
        sshd.start();
        REQUIRE(autossh.log().wait_for(fmt::format(": the server refuses to listen on port {}", port)));
        other.reset();
        REQUIRE(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.log().count("]: down after ") == 1);
        CHECK(autossh.log().count("]: not up after ") + autossh.log().count("]: not up yet: ") >= 1);
        CHECK(autossh.log().count("]: degraded: ") == 0);
        CHECK(carries_bytes(port));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Forward refused: with ExitOnForwardFailure the remote command is not run, as with ssh alone")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Server here;
    const std::string ran = sshd.directory() / "ran";
    const std::vector<std::string> refused[] = {{"-L", on_ipv4(here.port(), 9)},
                                                {"-R", "127.0.0.2:80:127.0.0.1:9"}};
    sshd.configure_server("PermitListen none");
    for (const auto& forward : refused) {
        CAPTURE(forward);
        std::vector<std::string> options{"-o", "ExitOnForwardFailure=yes"};
        options.insert(options.end(), forward.begin(), forward.end());
        std::vector<std::string> alone{"ssh", "-F", sshd.client_config()};
        alone.insert(alone.end(), options.begin(), options.end());
        alone.insert(alone.end(), {"server", "touch " + ran});
        CHECK(Process({.arguments = alone}).wait_for_exit() == exited(255));
        CHECK_FALSE(std::filesystem::exists(ran));
        for (const std::string monitor : {"0", "auto"}) {
            INFO("-M " << monitor);
            std::vector<std::string> words{"-M", monitor, "--restart", "never"};
            words.insert(words.end(), options.begin(), options.end());
            const Autossh autossh(sshd, words, {}, {"touch " + ran});
            CHECK(autossh.process().wait_for_exit() == exited(255));
            CHECK_FALSE(std::filesystem::exists(ran));
            CHECK(autossh.log().count("]: ssh exited with status 255; autossh exiting\n") == 1);
            CHECK(autossh.log().count("]: gave up after ") == 1);
        }
    }
    check_nothing_left(sshd);
}

TEST_CASE("Forward refused: with ExitOnForwardFailure a session with forwards is not tested, one without is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);  // its client configuration sets ExitOnForwardFailure
    const std::string goes_on = sshd.directory() / "goes_on";
    write_file(goes_on, "");
    const std::string command = fmt::format("while test -e {}; do sleep 0.1; done", goes_on);
    {
        const Autossh autossh(sshd, {"-M", "auto", "-L", on_ipv4(free_port_pair(), 9)}, {}, {command});
        CHECK(autossh.log().wait_for("]: up: logged in to "));
        CHECK(
            autossh.log().count("]: no connection tests: with ExitOnForwardFailure a refused loop would keep "
                                "the session from being run; keepalives alone watch the connection\n") == 1);
        CHECK(autossh.end() == exited(1));
    }
    {
        const Autossh autossh(sshd, {"-M", "auto"}, {}, {command});
        CHECK(autossh.log().wait_for("]: up: the connection test came back in "));
        CHECK(autossh.end() == exited(1));
    }
    std::filesystem::remove(goes_on);
    check_nothing_left(sshd);
}

TEST_CASE("Forward refused: without ExitOnForwardFailure the tunnel is degraded, and its others work")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd,
                          {"-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-R", on_ipv4(other.port(), 9),
                           "-R", on_ipv4(port, far_end.port())},
                          {{"AUTOSSH_POLL", "600"}});  // when it would be tried again

    REQUIRE(autossh.log().wait_for(fmt::format(
        "]: degraded: the server refuses to listen on port {}: it is in use there\n", other.port())));
    CHECK(carries_bytes(port));
    CHECK(autossh.process().errors() ==
          fmt::format("Warning: remote port forwarding failed for listen port {}\r\n", other.port()));
    check_one_session(autossh);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "Forward refused, and a low level keeps it from being heard: ssh itself ends, and there are no tests")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;
    const Autossh autossh(sshd, {"-v", "-q", "-N", "-R", on_ipv4(other.port(), 9)},
                          {{"AUTOSSH_GATETIME", "30"}});

    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("]: no connection tests: with ExitOnForwardFailure a refused loop would end "
                              "ssh, and it cannot be heard; keepalives alone watch the connection\n") == 1);
    CHECK(autossh.log().count("]: ssh exited prematurely with status 255; autossh exiting\n") == 1);
    CHECK(cause_after(autossh.log(), "gave up") == "ssh has ended without a word");
    CHECK(autossh.log().count("]: stopping: ") == 0);
    CHECK(autossh.process().errors() ==
          "autossh: gave up after " + line_after(autossh.log(), "]: gave up after ") + "\n");
    check_nothing_left(sshd);
}

TEST_CASE("A server without forwarding: the user's own -R is refused by it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("AllowTcpForwarding no");
    const unsigned short port = free_port_pair();
    const std::string refused =
        fmt::format("the server refuses to listen on port {}: 127.0.0.1 forbids forwarding", port);
    {
        const Autossh autossh(sshd, {"-N", "-R", on_ipv4(port, 9)}, {{"AUTOSSH_GATETIME", "30"}});
        CHECK(autossh.process().wait_for_exit() == exited(1));
        CHECK(cause_after(autossh.log(), "gave up") == refused);
        CHECK(autossh.log().count("]: up: ") == 0);
    }
    {
        const Autossh autossh(sshd,
                              {"-N", "-S", "none", "-o", "ExitOnForwardFailure=no", "-R", on_ipv4(port, 9)});
        REQUIRE(autossh.log().wait_for("]: no forward works, restarting ssh\n", 2));
        REQUIRE(autossh.log().wait_for(": " + refused + "; trying again in "));
        CHECK(autossh.log().count("]: remedy: set AllowTcpForwarding yes and ") == 1);
        CHECK(autossh.log().count("]: up: ") == 0);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A server that forwards in one direction only: the tunnel comes up, without tests and said once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    for (const std::string allowed : {"remote", "local"}) {
        INFO("AllowTcpForwarding " << allowed);
        sshd.configure_server("AllowTcpForwarding " + allowed);
        const Autossh autossh(sshd, {"-M", "auto", "-N"});
        REQUIRE(autossh.log().wait_for("]: up: logged in to "));
        REQUIRE(autossh.log().wait_for(no_tests));
        const pid_t ssh = autossh.log().ssh_pid();
        sshd.signal_sessions(SIGKILL);
        CHECK(autossh.ssh_after(ssh) != ssh);
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.log().count(no_tests) == 1);
        CHECK(autossh.log().count("]: suspect: ") == 0);
        CHECK(autossh.log().count("]: degraded: ") == 0);
        CHECK(autossh.log().count("]: starting ssh (count ") == 2);
        CHECK(autossh.end() == exited(1));
        // What the loop met is no matter of the user's.
        CHECK(autossh.process().errors().find("forwarding failed") == std::string::npos);
        CHECK(autossh.process().errors().find("prohibited") == std::string::npos);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Local port in use: who holds it is told, in the give-up and where it is tried again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;  // in this very process
    const std::string in_use =
        fmt::format("local port {} is in use (on 127.0.0.1), held by {}", other.port(), ourselves());
    const std::vector<std::string> forward{"-L", on_ipv4(other.port(), 9)};
    {
        std::vector<std::string> options{"-M", "0", "-N"};
        options.insert(options.end(), forward.begin(), forward.end());
        const GivingUp given_up(sshd, options);
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.cause == in_use);
    }
    {
        std::vector<std::string> options{"-N"};
        options.insert(options.end(), forward.begin(), forward.end());
        const Autossh autossh(sshd, options, {{"AUTOSSH_GATETIME", "30"}});
        CHECK(autossh.process().wait_for_exit() == exited(1));
        CHECK(cause_after(autossh.log(), "gave up") == in_use);
    }
    {
        std::vector<std::string> options{"-M", "0", "-N", "-S", "none", "-o", "ExitOnForwardFailure=no"};
        options.insert(options.end(), forward.begin(), forward.end());
        const Autossh autossh(sshd, options);
        CHECK(autossh.log().wait_for(": " + in_use + "; trying again "));
        CHECK(autossh.log().count("]: up: ") == 0);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Local port in use on one of two addresses: ssh goes on, and the tunnel is degraded")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(read_file("/proc/net/if_inet6").starts_with("00000000000000000000000000000001") ||
                    read_file("/proc/net/if_inet6").find("\n00000000000000000000000000000001") !=
                        std::string::npos,
                "::1 is not there");
    Sshd sshd(Sshd::Loopback::own);  // its client configuration sets ExitOnForwardFailure
    const Server other;
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Autossh autossh(sshd, {"-M", monitor, "-N", "-L", forwarding(other.port(), 9)});
        CHECK(autossh.log().wait_for(fmt::format(
            "]: degraded: local port {} is in use (on 127.0.0.1), held by {}\n", other.port(), ourselves())));
        check_one_session(autossh);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A dead target of a forward is told once in a session, which stays up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short port = free_port_pair();
    const unsigned short nobody = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, nobody)});
    REQUIRE(autossh.log().wait_for("]: up: "));

    const std::string told = fmt::format(
        "]: the target of a forward cannot be reached: Connection refused (127.0.0.1:{})\n", nobody);
    const std::string ssh_says = "open failed: connect failed: Connection refused\n";
    for (int times = 1; times <= 3; ++times) {
        CHECK(exchange(port, "hello").empty());
        CHECK(autossh.log().wait_for(ssh_says, times));
    }
    CHECK(autossh.log().count(told) == 1);
    check_one_session(autossh);

    const Server at_last(Server::Manner::echo, nobody);
    CHECK(carries_bytes(port));
    sshd.signal_sessions(SIGKILL);
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count(told) == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
