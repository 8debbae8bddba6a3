// Manual, "Refused log-ins": the long waits after them, and what ends such a wait.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/keys.hpp"
#include "e2e/support/waits.hpp"

#include <csignal>
#include <filesystem>

#include <pwd.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// `path` becomes another file with the same contents and modes as `source`, at once.
void replace(const std::string& path, const std::string& source)
{
    const std::string next = path + ".next";
    std::filesystem::copy_file(source, next);
    std::filesystem::rename(next, path);
}

/// An sshd for whose log-in the client has a key file `key()` that the server does not know.
class ForStranger {
public:
    ForStranger()
    {
        sshd_.configure_server("KbdInteractiveAuthentication no");
        use_identity(sshd_, key());
        put_wrong_key();
    }

    Sshd& sshd() { return sshd_; }
    std::string key() const { return sshd_.directory() / "key"; }
    void put_right_key() const { replace(key(), key_of(sshd_)); }
    void put_wrong_key() const { replace(key(), stranger_); }

private:
    Sshd sshd_;
    std::string stranger_ = make_stranger(sshd_);
};

/// Gives the socket of the agent, which is not there yet.
std::string agent_alone_lets_in(Sshd& sshd)
{
    sshd.configure_server("KbdInteractiveAuthentication no");
    use_identity(sshd, "none");
    std::string socket = sshd.directory() / "agent";
    sshd.configure_client("IdentitiesOnly no\nIdentityAgent " + socket);
    return socket;
}

const std::string refused_for_30_s =
    fmt::format(" for {}; trying again in 30 s\n", ::getpwuid(::getuid())->pw_name);

}  // namespace

TEST_CASE("Authentication refused: no quick tries, and the right key file brings the tunnel up at once")
{
    SKIP_WITHOUT_SSHD();
    ForStranger server;
    const Autossh autossh(server.sshd(), tunnel({}), default_times());

    REQUIRE(autossh.log().wait_for(refused_for_30_s));
    CHECK(autossh.log().wait_for("]: remedy: ssh-copy-id -i "));
    CHECK(autossh.log().count("]: remedy: ssh-copy-id -i ") == 1);
    CHECK(starts(autossh) == 1);
    server.put_right_key();
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().count(fmt::format("]: {} has changed\n", server.key())) == 1);
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(server.sshd());
}

TEST_CASE("Authentication refused to a tunnel that was up: the waits grow, and a person is not held up")
{
    SKIP_WITHOUT_SSHD();
    ForStranger server;
    server.put_right_key();
    const Autossh autossh(server.sshd(), tunnel({}), default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    server.put_wrong_key();
    server.sshd().signal_sessions(SIGKILL);
    REQUIRE(autossh.log().wait_for(refused_for_30_s));
    CHECK(starts(autossh) == 2);  // that for the lost connection
    // Another wrong key is tried at once, too; and HUP tries whatever there is.
    server.put_wrong_key();
    REQUIRE(autossh.log().wait_for("; trying again in 1 m 30 s\n"));
    autossh.process().signal(SIGHUP);
    REQUIRE(autossh.log().wait_for("; trying again in 8 m\n"));
    CHECK(starts(autossh) == 4);
    server.put_right_key();
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(starts(autossh) == 5);
    CHECK(autossh.log().count(fmt::format("]: {} has changed\n", server.key())) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(server.sshd());
}

TEST_CASE(
    "Authentication refused: a fifth try within 10 minutes is not made, whatever has changed, but on demand")
{
    SKIP_WITHOUT_SSHD();
    ForStranger server;
    const Autossh autossh(server.sshd(), tunnel({}), default_times());
    REQUIRE(autossh.log().wait_for(refused_for_30_s));
    for (const char* wait : {"1 m 30 s", "8 m", "15 m"}) {
        server.put_wrong_key();
        REQUIRE(autossh.log().wait_for(fmt::format("; trying again in {}\n", wait)));
    }
    server.put_right_key();
    REQUIRE(autossh.log().wait_for(
        " s, or on SIGHUP: more tries now could have the server ban us or lock the account\n"));
    CHECK(starts(autossh) == 4);
    autossh.process().signal(SIGHUP);
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(starts(autossh) == 5);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(server.sshd());
}

TEST_CASE("Authentication refused: the wait is the same with a poll time given")
{
    SKIP_WITHOUT_SSHD();
    ForStranger server;
    const Autossh autossh(server.sshd(), tunnel({"--poll", "1"}));

    REQUIRE(autossh.log().wait_for(refused_for_30_s));
    server.put_right_key();
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(server.sshd());
}

TEST_CASE("Host key unknown: the right line in known_hosts brings the tunnel up at once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string known_hosts = sshd.directory() / "known_hosts";
    const std::string line = read_file(known_hosts);
    for (const bool is_there : {true, false}) {
        INFO("there is a file: " << is_there);
        write_file(known_hosts, "");
        if (!is_there)
            std::filesystem::remove(known_hosts);
        const Autossh autossh(sshd, tunnel({}), default_times());
        REQUIRE(autossh.log().wait_for(": host key of the server is not known; trying again in 30 s\n"));
        CHECK(starts(autossh) == 1);
        write_file(known_hosts + ".next", line);
        std::filesystem::rename(known_hosts + ".next", known_hosts);
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(autossh.log().count(fmt::format("]: {} has changed\n", known_hosts)) == 1);
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Agent unreachable: its socket brings the tunnel up at once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string socket = agent_alone_lets_in(sshd);
    const Autossh autossh(sshd, tunnel({}), default_times());

    REQUIRE(autossh.log().wait_for(": the agent cannot be reached; trying again in 30 s\n"));
    CHECK(starts(autossh) == 1);
    {
        const Agent agent(socket + ".next");
        agent.add({key_of(sshd)});
        std::filesystem::rename(socket + ".next", socket);
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(autossh.log().count(fmt::format("]: {} has changed\n", socket)) == 1);
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A key that comes into the agent after its socket brings the tunnel up at once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string socket = agent_alone_lets_in(sshd);
    const Autossh autossh(sshd, tunnel({}), default_times());
    REQUIRE(autossh.log().wait_for("; trying again in 30 s\n"));
    {
        const Agent agent(socket);
        REQUIRE(autossh.log().wait_for(fmt::format("]: {} has changed\n", socket)));
        REQUIRE(autossh.log().wait_for("; trying again in 1 m 30 s\n"));
        agent.add({key_of(sshd)});  // as somebody does who has to type a passphrase first
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A key that comes into the agent while ssh is being refused brings the tunnel up at once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string socket = agent_alone_lets_in(sshd);
    const std::string ssh = sshd.directory() / "slow-to-end";
    write_file(ssh, fmt::format("#!/bin/sh\n# autossh: answers -G\n"
                                "case \" $* \" in *' -G '*) exec /usr/bin/ssh \"$@\" ;; esac\n"
                                "/usr/bin/ssh \"$@\"\nstatus=$?\n"
                                "SSH_AUTH_SOCK={} ssh-add {} </dev/null 2>/dev/null\nexit $status\n",
                                socket, key_of(sshd)));
    std::filesystem::permissions(ssh, std::filesystem::perms::owner_all);
    {
        const Agent agent(socket);
        const Autossh autossh(sshd, tunnel({"--ssh", ssh}), default_times());
        REQUIRE(autossh.log().wait_for("; trying again in 30 s\n"));
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(autossh.log().count("]: the agent has other keys\n") == 1);
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Authentication refused to an ssh that is not heard: no quick tries either")
{
    SKIP_WITHOUT_SSHD();
    ForStranger server;
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"-M", "0", "--plain", "-N"},
          std::vector<std::string>{"-M", "0", "-E", "/dev/null", "-N"}}) {
        const Autossh autossh(server.sshd(), options, default_times());
        REQUIRE(autossh.log().wait_for("]: sleeping for grace time 30 secs\n"));
        CHECK(starts(autossh) == 1);
        autossh.process().signal(SIGHUP);
        REQUIRE(autossh.log().wait_for("]: sleeping for grace time 200 secs\n"));
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(server.sshd());
}
