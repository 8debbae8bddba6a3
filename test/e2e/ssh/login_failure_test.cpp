// Manual, "Diagnostics", the causes by class: those about keys, the server's and ours.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("Host key unknown: the session does not come up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    write_file(sshd.directory() / "known_hosts", "");
    for (const std::string checking : {"yes", "ask"}) {
        INFO("StrictHostKeyChecking " << checking);
        const GivingUp given_up(sshd, tunnel({"-o", "StrictHostKeyChecking=" + checking}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.log.count("]: authenticated ") == 0);
        if (checking == "yes")
            CHECK(given_up.cause == "host key of \"server\" is not known");
        else  // ssh does not say of which
            CHECK(given_up.cause == "host key of the server is not known");
    }
    CHECK(read_file(sshd.directory() / "known_hosts").empty());
    check_nothing_left(sshd);
}

TEST_CASE("Host key changed: the session does not come up, however lax the checking of new keys is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string other_key = "server " + read_file(sshd.directory() / "user_key.pub");
    write_file(sshd.directory() / "known_hosts", other_key);
    for (const std::string checking : {"yes", "ask", "accept-new"}) {
        INFO("StrictHostKeyChecking " << checking);
        const GivingUp given_up(sshd, tunnel({"-o", "StrictHostKeyChecking=" + checking}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.log.count("]: authenticated ") == 0);
        CHECK(given_up.cause == "host key of \"server\" has changed");
    }
    CHECK(read_file(sshd.directory() / "known_hosts") == other_key);
    check_nothing_left(sshd);
}

TEST_CASE("Host key changed, and the check is off: a tunnel that must have its forwards does not stay")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;  // its client configuration sets ExitOnForwardFailure
    write_file(sshd.directory() / "known_hosts", "server " + read_file(sshd.directory() / "user_key.pub"));
    const unsigned short port = free_port_pair();
    // Also with -M auto, which has ssh itself go on without its forwards.
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Autossh autossh(
            sshd, {"-M", monitor, "-N", "-o", "StrictHostKeyChecking=no", "-L", forwarding(port, 9)},
            {{"AUTOSSH_GATETIME", "30"}});
        CHECK(autossh.process().wait_for_exit() == exited(1));
        INFO(autossh.log().text());
        CHECK(cause_after(autossh.log(), "gave up").find("host key") != std::string::npos);
        CHECK(autossh.log().count("]: up: ") == 0);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Host key changed, and the check is off: without its forwards the tunnel waits for a person")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("ExitOnForwardFailure no\nStrictHostKeyChecking no");
    write_file(sshd.directory() / "known_hosts", "server " + read_file(sshd.directory() / "user_key.pub"));
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const Autossh autossh(sshd, {"-M", monitor, "-N", "-L", forwarding(free_port_pair(), 9)});
        CHECK(autossh.log().wait_for(
            ": forwards are off as the server's host key has changed; trying again in 30 s\n"));
        CHECK(autossh.log().count("]: up: ") == 0);
        CHECK(autossh.end() == exited(1));
    }
    {  // It had none: what ssh says of the loop of -M auto is no matter of the user's.
        const Autossh autossh(sshd, {"-M", "auto", "-N"});
        CHECK(autossh.log().wait_for("]: up: logged in to "));
        CHECK(autossh.log().wait_for("]: no connection tests: "));
        CHECK(autossh.log().count("]: no connection tests: ") == 1);
        CHECK(autossh.log().count("]: degraded: ") == 0);
        CHECK(autossh.end() == exited(1));
        CHECK(autossh.process().errors().find("HOST IDENTIFICATION HAS CHANGED") != std::string::npos);
        CHECK(autossh.process().errors().find("Port forwarding is disabled") == std::string::npos);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Authentication refused: a key that the server does not know")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("KbdInteractiveAuthentication no");
    const std::string stranger = make_stranger(sshd);
    use_identity(sshd, stranger);
    const GivingUp given_up(sshd, tunnel({}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause.starts_with(fmt::format("127.0.0.1 does not accept the key {} for ", stranger)));
    check_nothing_left(sshd);
}

TEST_CASE("Key unusable: its file may be read by others")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    std::filesystem::permissions(key_of(sshd), std::filesystem::perms{0644});
    const GivingUp given_up(sshd, tunnel({}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause == fmt::format("permissions 0644 of key {} are too open", key_of(sshd)));
    check_nothing_left(sshd);
}

TEST_CASE("Key unusable: it needs a passphrase, and nobody can be asked")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    run({"ssh-keygen", "-q", "-p", "-a", "1", "-P", "", "-N", "a passphrase", "-f", key_of(sshd)});
    const GivingUp given_up(sshd, tunnel({}));

    CHECK(given_up.as_it_must_be());
    CHECK(given_up.words_are_logged());
    CHECK(given_up.cause ==
          fmt::format("the key {} needs a passphrase, and nobody can be asked", key_of(sshd)));
    check_nothing_left(sshd);
}

TEST_CASE("Key unusable: there is no such file")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string missing = sshd.directory() / "missing";
    use_identity(sshd, missing);
    for (const Words& options : {Words{}, Words{"-i", missing}}) {
        INFO(fmt::format("-i given: {}", !options.empty()));
        const GivingUp given_up(sshd, tunnel(options));
        CHECK(given_up.as_it_must_be());
        // What ssh says of -i while it reads its command line goes past its log.
        CHECK((!options.empty() || given_up.words_are_logged()));
        CHECK(given_up.cause == fmt::format("no key was offered: {}: No such file or directory", missing));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Agent unreachable: its socket does not exist, or nobody listens there")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, "none");
    const std::filesystem::path socket = sshd.directory() / "agent";
    for (const bool left_behind : {false, true}) {
        INFO("a socket was left behind: " << left_behind);
        if (left_behind) {
            const Process agent({.arguments = {"ssh-agent", "-D", "-a", socket}});
            REQUIRE(wait_until([&] { return std::filesystem::exists(socket); }));
            process_table::send(agent.pid(), SIGKILL);
            REQUIRE(agent.wait_for_exit());
            REQUIRE(std::filesystem::is_socket(socket));
        }
        const GivingUp given_up(
            sshd, tunnel({"-o", "IdentitiesOnly=no", "-o", "IdentityAgent=" + socket.string()}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.cause == "the agent cannot be reached");
    }
    check_nothing_left(sshd);
}

TEST_CASE("Agent unreachable: it has the key and does not sign with it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_identity(sshd, "none");
    {
        const std::filesystem::path socket = sshd.directory() / "agent";
        const Agent agent(socket);
        agent.add({"-c", key_of(sshd)});  // only after a question, and nobody is there to answer it
        const GivingUp given_up(
            sshd, tunnel({"-o", "IdentitiesOnly=no", "-o", "IdentityAgent=" + socket.string()}));
        CHECK(given_up.as_it_must_be());
        CHECK(given_up.words_are_logged());
        CHECK(given_up.cause.starts_with("the agent does not sign with key "));
    }
    check_nothing_left(sshd);
}
