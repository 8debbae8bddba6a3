// Manual, "Refused forwards": a place on this machine that somebody else has, where ssh cannot be asked for
// it again (no control line).
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <chrono>
#include <optional>

#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr auto some_starts = std::chrono::seconds(4);  // the first ones of a backoff

std::vector<std::string> local(const std::string& forward)
{
    return {"-N", "-S", "none", "-o", "ExitOnForwardFailure=no", "-L", forward};
}

}  // namespace

TEST_CASE("A local port that a stranger has costs one log-in, and is taken when it is free")
{
    SKIP_WITHOUT_SSHD();
    for (const std::string when_refused : {"no", "yes"}) {
        INFO("ExitOnForwardFailure " << when_refused);
        Sshd sshd;
        const Server far_end;
        std::optional<Server> stranger(std::in_place);
        const unsigned short port = stranger->port();
        const Autossh autossh(sshd,
                              {"-N", "-S", "none", "-o", "ExitOnForwardFailure=" + when_refused, "-L",
                               "127.0.0.1:" + forwarding(port, far_end.port())},
                              {{"AUTOSSH_GATETIME", "0"}});
        REQUIRE(autossh.log().wait_for("; trying again when it is free, or in 10 m\n"));
        CHECK_FALSE(wait_until([&] { return starts(autossh) > 1; }, some_starts));
        stranger.reset();
        CHECK(autossh.log().wait_for("]: up: "));
        CHECK(carries_bytes(port));
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
        check_nothing_left(sshd);
    }
}

TEST_CASE("A local path that is taken is waited for, too")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const std::string path = sshd.directory() / "taken";
    write_file(path, "");
    const Autossh autossh(sshd, local(path + ":127.0.0.1:" + std::to_string(far_end.port())),
                          {{"AUTOSSH_GATETIME", "0"}});
    REQUIRE(autossh.log().wait_for("; trying again when it is free, or in 10 m\n"));
    CHECK_FALSE(wait_until([&] { return starts(autossh) > 1; }, some_starts));
    unlink(path.c_str());
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("An address that no interface has is named, and costs one log-in")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string port = std::to_string(free_port_pair());
    const Autossh autossh(sshd, local("203.0.113.77:" + port + ":127.0.0.1:9"), {{"AUTOSSH_GATETIME", "0"}});
    REQUIRE(autossh.log().wait_for("no interface has the address 203.0.113.77 of local port " + port +
                                   "; trying again when it is free, or in 10 m\n"));
    CHECK(autossh.log().wait_for("]: remedy: ip address shows which there are; "));
    CHECK_FALSE(wait_until([&] { return starts(autossh) > 1; }, some_starts));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("One port on two addresses: another autossh on the one is not in the way of the other")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const std::string port = std::to_string(free_port_pair());
    const std::string target = ":127.0.0.1:" + std::to_string(far_end.port());
    const Autossh first(sshd, local("127.0.0.1:" + port + target), {{"AUTOSSH_GATETIME", "0"}});
    REQUIRE(first.log().wait_for("]: up: "));
    const Autossh other(sshd, local("127.0.0.2:" + port + target), {{"AUTOSSH_GATETIME", "0"}});
    CHECK(other.log().wait_for("]: up: "));
    const Autossh same(sshd, local("127.0.0.1:" + port + target), {{"AUTOSSH_GATETIME", "0"}});
    const std::string pid = std::to_string(first.log().autossh_pid());
    CHECK(same.log().wait_for("another autossh (pid " + pid + ") has the local port " + port));
    CHECK(same.log().wait_for("]: remedy: kill " + pid + ", if one of the two is too many; "));
    CHECK(same.end() == exited(1));
    CHECK(other.end() == exited(1));
    CHECK(first.end() == exited(1));
    check_nothing_left(sshd);
}
