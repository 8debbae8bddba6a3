// Manual, "Refused forwards": sockets that an ssh which was killed has left in the way of the next.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"

#include <csignal>
#include <fstream>

using namespace autossh_test;

namespace {

const std::string removed = "]: removed the socket ";

bool master_answers(const Sshd& sshd, const std::filesystem::path& socket)
{
    const Process check(
        {.arguments = {"ssh", "-S", socket, "-O", "check", "-F", sshd.client_config(), "server"}});
    return check.wait_for_exit() == exited(0);
}

}  // namespace

TEST_CASE("A forward that listens on a local path is back after ssh was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "socket";
    for (const char* const test : {"0", "auto"}) {
        CAPTURE(test);
        const Autossh autossh(
            sshd, {"-M", test, "-N", "-L", fmt::format("{}:127.0.0.1:{}", path.string(), far_end.port())},
            default_times());
        REQUIRE(autossh.log().wait_for("]: up: "));
        kill(autossh.log().ssh_pid(), SIGKILL);
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.log().count(removed) == 1);
        CHECK(starts(autossh) == 2);
        CHECK(autossh.end() == exited(1));
        std::filesystem::remove(path);
    }
    check_nothing_left(sshd);
}

TEST_CASE("So is one of an ssh that a wrapper runs as its child")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "socket";
    const std::string wrapper = script_file(sshd, "wrapper", ssh_as_child);
    const Autossh autossh(sshd, {"-N", "-L", path.string() + ":127.0.0.1:9"},
                          {{"AUTOSSH_PLAIN", "no"}, {"AUTOSSH_PATH", wrapper}});
    REQUIRE(autossh.log().wait_for("]: up: "));
    CHECK(process_table::send(std::stoi(read_file(wrapper + ".pid")), SIGKILL));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count(removed) == 1);
    CHECK(autossh.end() == exited(1));
    std::filesystem::remove(path);
    check_nothing_left(sshd);
}

TEST_CASE("What has come in the place of a forward's local path is left alone")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "socket";
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", path.string() + ":127.0.0.1:9"}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    const pid_t first = autossh.log().ssh_pid();
    kill(first, SIGSTOP);
    std::filesystem::remove(path);
    std::ofstream(path) << "text";
    kill(first, SIGKILL);
    REQUIRE(autossh.log().wait_for(" is in use; trying again when it is free, or in 10 m\n"));
    CHECK(autossh.log().count(removed) == 0);
    CHECK(read_file(path) == "text");
    std::filesystem::remove(path);
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A master is one again after it was killed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "master";
    const Autossh autossh(sshd,
                          {"-M", "0", "-N", "-o", "ControlMaster=yes", "-o", "ControlPath=" + path.string()},
                          default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    REQUIRE(wait_until([&] { return master_answers(sshd, path); }));
    kill(autossh.log().ssh_pid(), SIGKILL);
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(wait_until([&] { return master_answers(sshd, path); }));
    CHECK(autossh.log().count(removed) == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
