// Manual, "Backoff": a wait ends when the server answers again.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

void name_server(Sshd& sshd, const std::string& host)
{
    sshd.configure_client("HostName " + host + "\nAddressFamily inet");
}

}  // namespace

TEST_CASE("sshd is down and comes back: the tunnel is back when the server answers, whatever its name")
{
    SKIP_WITHOUT_SSHD();
    for (const std::string host : {"127.0.0.1", "localhost"}) {
        INFO(host);
        Sshd sshd;
        name_server(sshd, host);
        const Server far_end;
        const unsigned short port = free_port_pair();
        const Autossh autossh(sshd, tunnel({"-L", forwarding(port, far_end.port())}), default_times());
        REQUIRE(autossh.log().wait_for("]: up: "));

        sshd.stop();
        REQUIRE(lengthen_wait(autossh));
        const int before = starts(autossh);
        CHECK(autossh.log().count("answers again") == 0);
        sshd.start();
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.log().count(fmt::format("]: {} answers again\n", host)) == 1);
        CHECK(starts(autossh) == before + 1);
        CHECK(carries_bytes(port));
        CHECK(autossh.end() == exited(1));
        check_nothing_left(sshd);
    }
}

TEST_CASE("A server that is given by its address is asked whether it answers before the first log-in, too")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, tunnel({}), default_times());
    REQUIRE(lengthen_wait(autossh));
    const int before = starts(autossh);
    sshd.start();
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().count("]: 127.0.0.1 answers again\n") == 1);
    CHECK(starts(autossh) == before + 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A server that answers and lets nobody in is not started at without a wait")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, tunnel({}), default_times());
    REQUIRE(lengthen_wait(autossh));
    const int before = starts(autossh);
    {
        const Server closing(Server::Manner::banner, sshd.port());
        REQUIRE(autossh.log().wait_for("]: 127.0.0.1 answers again\n"));
        REQUIRE(autossh.log().wait_for("; trying again in ", lengthened_waits + 1));
        CHECK(starts(autossh) == before + 1);
    }
    autossh.process().signal(SIGHUP);
    REQUIRE(autossh.log().wait_for("; trying again in ", lengthened_waits + 2));
    CHECK(starts(autossh) == before + 2);
    sshd.start();
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().count("answers again") == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
