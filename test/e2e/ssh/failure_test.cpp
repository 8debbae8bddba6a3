// Manual, "Diagnostics", the causes by class: reaching the server and staying there.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <unistd.h>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

/// What runs a program where there is no network at all. Empty: it may not be done here.
Words without_network()
{
    const Words words =
        getuid() == 0 ? Words{"unshare", "--net"} : Words{"unshare", "--map-root-user", "--net"};
    Words trial = words;
    trial.push_back("true");
    return Process({.arguments = trial}).wait_for_exit() == exited(0) ? words : Words{};
}

}  // namespace

TEST_CASE("Name not found: the give-up names the host")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const GivingUp given_up(sshd, tunnel({"-o", "HostName=nowhere.invalid"}), {},
                            {{"RES_OPTIONS", "timeout:1 attempts:1"}});

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause.starts_with("name nowhere.invalid cannot be found: "));
    check_nothing_left(sshd);
}

TEST_CASE("No route: the give-up says that the network cannot be reached")
{
    SKIP_WITHOUT_SSHD();
    const Words wrapper = without_network();
    SKIP_UNLESS(!wrapper.empty(), "no network namespace can be made here");
    Sshd sshd;
    const GivingUp given_up(sshd, tunnel({}), wrapper);

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause == "no route to 127.0.0.1: Network is unreachable");
    check_nothing_left(sshd);
}

TEST_CASE("Refused: the give-up names the address and the port")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const GivingUp given_up(sshd, tunnel({}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause == fmt::format("connection refused by 127.0.0.1 port {}", sshd.port()));
    check_nothing_left(sshd);
}

TEST_CASE("Timed out: a server that takes the connection and says nothing")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server silent(Server::Manner::silent);
    const GivingUp given_up(sshd, tunnel({"-o", "ConnectTimeout=1", "-p", std::to_string(silent.port())}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause == "connected, but no greeting came from the server");
    check_nothing_left(sshd);
}

TEST_CASE("No session: a server that allows none is named, and no target of a forward is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("MaxSessions 0");
    const Autossh autossh(sshd, {"-M", "0"}, {{"AUTOSSH_GATETIME", "0"}}, {"true"});
    REQUIRE(autossh.log().wait_for(": 127.0.0.1 allows no session; trying again "));
    CHECK(autossh.log().wait_for("]: remedy: add -N for forwards alone; "));
    CHECK(autossh.log().count("the target of a forward") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Connection lost: a server that closes the connection before its greeting")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other(Server::Manner::banner);
    const GivingUp given_up(sshd, tunnel({"-p", std::to_string(other.port())}));

    CHECK(given_up.exit == exited(1));
    CHECK(given_up.cause.find("UNKNOWN") == std::string::npos);
    CHECK(given_up.cause == fmt::format("no sshd answers at 127.0.0.1 port {} (a banner)", other.port()));
    check_nothing_left(sshd);
}

TEST_CASE("Connection lost: a jump host without sshd is named as what has ended")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short nobody = free_port_pair();
    const GivingUp given_up(sshd, tunnel({"-J", fmt::format("127.0.0.1:{}", nobody)}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.errors.find(fmt::format("port {}: Connection refused", nobody)) != std::string::npos);
    CHECK(given_up.cause == "the jump host does not let us through");
    check_nothing_left(sshd);
}

TEST_CASE("Connection lost: the server's process for the session dies")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));

    sshd.signal_sessions(SIGKILL);
    REQUIRE(autossh.log().wait_for("]: down after "));
    const std::string cause = cause_after(autossh.log(), "down");
    INFO(cause);
    CHECK(cause.ends_with("; trying again at once"));
    // Which of them is a matter of what ssh is just doing.
    CHECK((cause.starts_with("connection closed by ") || cause.starts_with("connection reset by 127.0.0.1") ||
           cause.starts_with("the connection broke: ")));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Connection lost: the server answers no keepalives")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd,
                          {"-M", "0", "-N", "-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1"});
    REQUIRE(autossh.log().wait_for("]: up: "));

    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for("]: down after "));
    CHECK(cause_after(autossh.log(), "down") == "no answer to keepalives; trying again at once");
    CHECK(autossh.process().errors().starts_with("Timeout, server 127.0.0.1 not responding.\r\n"));
    CHECK(autossh.log().wait_for("]: up again after "));
    sshd.signal_sessions(SIGCONT);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Key exchange: what the server offers is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("KexAlgorithms curve25519-sha256\nCiphers aes256-ctr");
    {
        const GivingUp given_up(sshd, tunnel({"-o", "KexAlgorithms=diffie-hellman-group14-sha256"}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.cause.starts_with(
            fmt::format("cannot agree with 127.0.0.1 port {}: no common key exchange method; it "
                        "offers curve25519-",
                        sshd.port())));
    }
    {
        const GivingUp given_up(sshd, tunnel({"-o", "Ciphers=aes128-ctr"}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.cause ==
              fmt::format("cannot agree with 127.0.0.1 port {}: no common cipher; it offers aes256-ctr",
                          sshd.port()));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Bad configuration: an option that ssh does not know, on the command line and in its file")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    {
        const GivingUp given_up(sshd, tunnel({"-o", "NoSuchOption=1"}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.cause == "command-line: line 0: bad option nosuchoption");
    }
    sshd.configure_client("NoSuchOption 1");
    {
        const GivingUp given_up(sshd, tunnel({}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.cause ==
              fmt::format("{}: line 2: bad option nosuchoption", sshd.client_config().string()));
    }
    check_nothing_left(sshd);
}
