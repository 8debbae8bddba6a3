// autosshctl(1), "DESCRIPTION": who is found, and who is left out.
#include "autossh/ctl/daemons.hpp"

#include "autossh/base/socket_address.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"
#include "unit/program/supervisor_stand_in.hpp"

#include <string>

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::report;
using autossh_test::Supervisor;
using autossh_test::TemporaryDirectory;

TEST_CASE("autosshctl, who runs: an older autossh is shown by its status, a dead one is not")
{
    const TemporaryDirectory place;
    const Supervisor older(place.path(), report("home", Health::up, "up for 40 m; last test 19 ms"));
    const TemporaryDirectory dead_place;
    const Supervisor dead(dead_place.path(), "", Supervisor::Manner::is_dead);
    const auto around = look_around({place.path(), dead_place.path(), place / "nowhere"}, answer_is_due);
    REQUIRE(around.daemons.size() == 1);
    const SeenDaemon& daemon = around.daemons.front();
    CHECK(!daemon.takes_orders);
    CHECK(daemon.trouble.empty());
    CHECK(daemon.facts.pid == ::getpid());
    REQUIRE(daemon.facts.tunnels.size() == 1);
    CHECK(daemon.facts.tunnels.front().name == "home");
    CHECK(daemon.facts.tunnels.front().state == "up");
    CHECK(!around.others_run);
}

TEST_CASE("autosshctl, who runs: an older one has a socket of its ssh's by the name of ours")
{
    const TemporaryDirectory place;
    const Supervisor older(place.path(), report("home", Health::up, "up for 5 s"));
    const auto address =
        UnixAddress::of_path(place / ("auto-ssh." + std::to_string(::getpid()) + ".abcdef") / "control");
    const UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener.get(), address->get(), address->size()) == 0);
    const pid_t other = ::fork();
    if (other == 0)
        ::_exit(::listen(listener.get(), 5));  // so that it is the one that listens
    REQUIRE(::waitpid(other, nullptr, 0) == other);
    const auto around = look_around({place.path()}, answer_is_due);
    REQUIRE(around.daemons.size() == 1);
    CHECK(around.daemons.front().facts.name == "home");
    CHECK(!around.daemons.front().takes_orders);
}

TEST_CASE("autosshctl, who runs: all tunnels of an older fleet are told")
{
    const TemporaryDirectory place;
    const Supervisor older(place.path(), report("lab", Health::down, "lab: 2 tunnels: 1 up, 1 waiting") +
                                             report("db", Health::down, "waiting 8 s: refused") +
                                             report("web", Health::up, "up for 5 s"));
    const auto around = look_around({place.path()}, answer_is_due);
    REQUIRE(around.daemons.size() == 1);
    CHECK(around.daemons.front().is_fleet());
    CHECK(around.daemons.front().facts.name == "lab");
    CHECK(around.daemons.front().facts.tunnels.size() == 2);
}

TEST_CASE("autosshctl, who runs: a directory of another user is not believed")
{
    SKIP_UNLESS(::geteuid() == 0, "not root");
    const TemporaryDirectory place;
    const Supervisor stranger(place.path(), report("home", Health::up, "up for 5 s"));
    const std::string directory = place / ("auto-ssh." + std::to_string(::getpid()) + ".abcdef");
    REQUIRE(::chown(directory.c_str(), 65534, 65534) == 0);
    CHECK(look_around({place.path()}, answer_is_due).daemons.empty());
}

TEST_CASE("autosshctl, who runs: one that is stopped is told after the time that is given")
{
    const TemporaryDirectory place;
    const Supervisor silent(place.path(), "", Supervisor::Manner::is_stopped);
    const auto around = look_around({place.path()}, std::chrono::milliseconds(50));
    REQUIRE(around.daemons.size() == 1);
    CHECK(around.daemons.front().trouble == "does not answer: is it stopped?");
}
