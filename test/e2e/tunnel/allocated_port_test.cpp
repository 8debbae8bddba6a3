// Manual, "Refused forwards": a port that the server has chosen, for -R 0, is that of the tunnel from then
// on.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

using namespace autossh_test;

namespace {

/// The port that the last ssh has been given.
unsigned short allocated_port(const Autossh& autossh)
{
    constexpr std::string_view words = "Allocated port ";
    const std::string log = autossh.log().text();
    return static_cast<unsigned short>(std::stoul(log.substr(log.rfind(words) + words.size())));
}

std::vector<std::string> by_servers_choice(const Server& far_end)
{
    return {"-M", "0", "-N", "-R", fmt::format("127.0.0.1:0:127.0.0.1:{}", far_end.port())};
}

}  // namespace

TEST_CASE("Allocated port: the next ssh has the same, and no other one beside it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const Autossh autossh(sshd, by_servers_choice(far_end));
    REQUIRE(autossh.log().wait_for("]: up: "));
    const unsigned short port = allocated_port(autossh);
    CHECK(carries_bytes(port));
    kill(autossh.log().ssh_pid(), SIGKILL);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    const unsigned short other = allocated_port(autossh);
    REQUIRE(other != port);
    CHECK(autossh.log().wait_for(
        fmt::format("]: the server listens on port {} again, in place of {}\n", port, other)));
    CHECK(carries_bytes(port));
    CHECK(wait_until([&] { return port_is_free(other); }));
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Allocated port: one that is taken meanwhile is had again when it is free, and another until then")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const Autossh autossh(sshd, by_servers_choice(far_end));
    REQUIRE(autossh.log().wait_for("]: up: "));
    const unsigned short port = allocated_port(autossh);
    sshd.stop();
    std::optional<Server> holder(std::in_place, Server::Manner::echo, port);
    sshd.start();
    REQUIRE(autossh.log().wait_for("]: up again after "));
    const int before = starts(autossh);
    const unsigned short other = allocated_port(autossh);
    CHECK(autossh.log().wait_for(
        fmt::format("]: the server listens on port {}, as it refuses port {}, which the tunnel had before; "
                    "asking for that again\n",
                    other, port)));
    CHECK(carries_bytes(other));
    REQUIRE(autossh.log().wait_for(fmt::format("asked again for port {}", port), 2));
    CHECK(autossh.log().count("as it refuses port") == 1);
    holder.reset();
    CHECK(autossh.log().wait_for(
        fmt::format("]: the server listens on port {} again, in place of {}\n", port, other)));
    CHECK(carries_bytes(port));
    CHECK(starts(autossh) == before);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Allocated port: without a control line the user's words stand, and the server chooses anew")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    auto words = by_servers_choice(far_end);
    words.insert(words.end(), {"-S", "none"});
    const Autossh autossh(sshd, words);
    REQUIRE(autossh.log().wait_for("]: up: "));
    kill(autossh.log().ssh_pid(), SIGKILL);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(carries_bytes(allocated_port(autossh)));
    CHECK(autossh.log().count("the server listens on") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
