// Manual, "--check": what another user may have made does not change what is said of a tunnel.
#include "autossh/program/check.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/forked.hpp"
#include "support/skip.hpp"
#include "unit/program/supervisor_stand_in.hpp"

#include <cerrno>
#include <string>

#include <fmt/core.h>
#include <sys/stat.h>

using namespace autossh;
using autossh_test::Forked;
using autossh_test::report;
using autossh_test::Supervisor;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

constexpr uid_t stranger = 65534;

/// A directory that is named after that process, with a socket whose queue is full. False: it cannot be made.
bool make_trap(const std::string& path)
{
    const auto address = UnixAddress::of_path(path + "/status");
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (::mkdir(path.c_str(), 0755) < 0 || ::bind(listener, address->get(), address->size()) < 0 ||
        ::chmod((path + "/status").c_str(), 0777) < 0 || ::listen(listener, 0) < 0)
        return false;
    for (int i = 0; i < 100; ++i) {
        const int client = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (::connect(client, address->get(), address->size()) < 0)
            return errno == EAGAIN;
    }
    return false;
}

/// Ten of them at once, wherever in the list ours stands.
int set_traps(const std::string& place, pid_t pid, const Forked::Step& step)
{
    if (::setgid(stranger) < 0 || ::setuid(stranger) < 0)
        return 1;
    for (char letter = 'a'; letter <= 'j'; ++letter)
        if (!make_trap(fmt::format("{}/auto-ssh.{}.{}", place, pid, std::string(6, letter))))
            return 2;
    step('r');
    return 0;
}

}  // namespace

TEST_CASE("Check: a stranger's directories do not hide the supervisor that a pid file names")
{
    SKIP_UNLESS(geteuid() == 0, "only root can be another user");
    const TemporaryDirectory place;
    REQUIRE(chmod(place.path().c_str(), 01777) == 0);
    write_file(place / "pid", fmt::format("{}\n", getpid()));
    const std::string directory = place.path();
    const pid_t pid = getpid();
    const Forked traps([&](const Forked::Step& step) { return set_traps(directory, pid, step); });
    REQUIRE(traps.reached('r'));

    const CheckResult alone = check({.name = "", .pid_file = place / "pid"}, {directory});
    CHECK(alone.line == fmt::format("not running: no autossh with the pid {} of {} answers", pid,
                                    (place / "pid").string()));
    CHECK(alone.exit_status == 2);

    const Supervisor healthy(directory, report("home", Health::up, "up for 5 s"));
    const CheckResult result = check({.name = "", .pid_file = place / "pid"}, {directory});
    CHECK(result.line == "home: up for 5 s");
    CHECK(result.exit_status == 0);
    traps.go_on();
}

TEST_CASE("Check: another user's supervisor that a pid file names is asked, and told of when it is stopped")
{
    SKIP_UNLESS(geteuid() == 0, "only root can be another user");
    const TemporaryDirectory place;
    REQUIRE(chmod(place.path().c_str(), 01777) == 0);
    const std::string directory = place.path();
    const Forked stopped([&](const Forked::Step& step) { return set_traps(directory, getpid(), step); });
    REQUIRE(stopped.reached('r'));
    write_file(place / "pid", fmt::format("{}\n", stopped.pid()));
    const CheckResult result = check({.name = "", .pid_file = place / "pid"}, {directory});
    CHECK(result.line == fmt::format("autossh (pid {}) does not answer: is it stopped?", stopped.pid()));
    CHECK(result.exit_status == 2);
    CHECK(check({}, {directory}).line == "not running: no autossh of this user answers");
    stopped.go_on();
}
