// Manual, "Sharing": what stands at the ControlPath before the tunnel does.
#include "e2e/support/masters.hpp"
#include "e2e/support/waits.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// As people have it. Gives the path.
std::string set_control_path(Sshd& sshd, const std::string& more = "")
{
    const std::string path = sshd.directory() / "cm";
    sshd.configure_client("ControlPath " + path + "\n" + more);
    return path;
}

/// A socket that nobody listens on any more.
void leave_socket(const std::string& path)
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(socket);
}

/// Of an autossh that is to start nothing.
std::string mistake_of(const Sshd& sshd, const std::vector<std::string>& options, bool service = false)
{
    Environment changes = default_times();
    if (service)
        changes["NOTIFY_SOCKET"] = sshd.directory() / "nobody";
    const Autossh autossh(sshd, options, changes);
    CHECK(autossh.process().wait_for_exit() == exited(service ? 2 : 1));
    CHECK(autossh.log().count("starting ssh") == 0);
    CHECK(autossh.process().wait_until_nothing_left());
    return autossh.process().errors();
}

bool says(const std::string& text, const std::string& words)
{
    INFO(text);
    return text.find(words) != std::string::npos;
}

const std::string offered = "]: shared with other ssh at ";

}  // namespace

TEST_CASE("Shared path: without --share nothing is anywhere")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = set_control_path(sshd);
    const Autossh autossh(sshd, {"-N"}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    CHECK_FALSE(fs::exists(fs::symlink_status(path)));
    CHECK(autossh.log().count("shared") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Shared path: a dead socket is replaced")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = set_control_path(sshd);
    leave_socket(path);
    const Autossh autossh(sshd, {"--share", "-N"}, default_times());
    REQUIRE(autossh.log().wait_for(offered + path));
    CHECK(status_of({"ssh", "-F", without_a_key(sshd), "server", "exit 7"}) == exited(7));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Shared path: what an autossh that was killed has left is replaced")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = set_control_path(sshd);
    const Autossh killed(sshd, {"--share", "-N"}, default_times());
    REQUIRE(killed.log().wait_for(offered + path));
    kill(killed.log().autossh_pid(), SIGKILL);
    REQUIRE(killed.process().wait_for_exit());
    REQUIRE(fs::is_symlink(path));
    const Autossh next(sshd, {"--share", "-N"}, default_times());
    CHECK(next.log().wait_for(offered + path));
    CHECK(master_at(sshd.client_config()) == next.log().ssh_pid());
    CHECK(next.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Shared path: a master that lives keeps its place, and the tunnel takes it when that has ended")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = set_control_path(sshd, "ControlMaster auto\nControlPersist 10m\n");
    const MasterByHand master(sshd);
    const Autossh autossh(sshd, {"--share", "-N"}, default_times());
    CHECK(autossh.log().wait_for("]: not shared: another ssh is the master at " + path +
                                 "; it is when that one has ended\n"));
    REQUIRE(autossh.log().wait_for("]: up: "));
    CHECK(fs::is_socket(fs::symlink_status(path)));
    CHECK(status_of({"ssh", "-F", without_a_key(sshd), "server", "exit 7"}) == exited(7));
    master.end();
    CHECK(autossh.log().wait_for(offered + path));
    CHECK(master_at(sshd.client_config()) == autossh.log().ssh_pid());
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Shared path: what is neither a socket nor a link is named, and nothing is started")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = set_control_path(sshd);
    write_file(path, "the user's");
    const std::string errors = mistake_of(sshd, {"--share", "-N"});
    CHECK(says(errors, path + ": it is neither a socket nor a link of autossh's, and is left alone"));
    CHECK(read_file(path) == "the user's");
}

TEST_CASE("Shared path: a directory in which others can write is refused")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const fs::path directory = sshd.directory() / "open";
    fs::create_directory(directory);
    REQUIRE(::chmod(directory.c_str(), 01777) == 0);
    sshd.configure_client("ControlPath " + (directory / "cm").string() + "\n");
    CHECK(says(mistake_of(sshd, {"--share", "-N"}), " can be written by others (mode 1777)"));
    REQUIRE(::chmod(directory.c_str(), 0700) == 0);
    const Autossh autossh(sshd, {"--share", "-N"}, default_times());
    CHECK(autossh.log().wait_for(offered));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Shared path: without a ControlPath the two lines for ssh_config are told, also with -f")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string lines = "put these two lines into ~/.ssh/config: \"Host server\" and \"    ControlPath "
                              "~/.ssh/cm-%C\"";
    CHECK(says(mistake_of(sshd, {"--share", "-N"}), lines));
    CHECK(says(mistake_of(sshd, {"--share", "-f", "-N"}), lines));
    CHECK(says(mistake_of(sshd, {"--share"}), "give -N"));
    CHECK(says(mistake_of(sshd, {"--share", "-N"}, true), lines));  // which its manager does not repeat
}

TEST_CASE("Shared path: that of the option is resolved by ssh, and --explain tells it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string where = (sshd.directory() / "own-%p").string();
    const std::string path = sshd.directory() / ("own-" + std::to_string(sshd.port()));
    const Autossh autossh(sshd, {"--share=" + where, "-N"}, default_times());
    CHECK(autossh.log().wait_for(offered + path + "\n"));
    CHECK(fs::is_symlink(path));
    auto words = command_line(sshd, {"--explain", "--share=" + where, "-N"});
    const Process explanation({.arguments = words});
    CHECK(explanation.wait_for_exit() == exited(0));
    CHECK(says(explanation.output(), "\nShared with other ssh:\n    at  " + path + "  --share\n"));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
