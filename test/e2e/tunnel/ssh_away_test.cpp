// Manual, "Exit of ssh": an ssh that is not there for a moment, cannot be loaded, or is ended by somebody
// else.
#include "e2e/support/secrets.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// A name of the real ssh that can be taken away.
fs::path link_to_ssh(const Sshd& sshd)
{
    fs::create_directory(sshd.directory() / "bin");
    fs::create_symlink("/usr/bin/ssh", sshd.directory() / "bin/ssh");
    return sshd.directory() / "bin/ssh";
}

}  // namespace

TEST_CASE("Exit of ssh: one that is gone for a moment when it is restarted is tried again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const fs::path ssh = link_to_ssh(sshd);
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_PATH", ssh}});
    REQUIRE(autossh.log().wait_for("]: up: "));
    fs::remove(ssh);
    CHECK(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    const std::string gone = ssh.string() + ": No such file or directory";
    REQUIRE(autossh.log().wait_for("]: " + gone + "\n", 2));
    CHECK(autossh.log().count(gone + "; trying again ") >= 1);
    fs::create_symlink("/usr/bin/ssh", ssh);
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Exit of ssh: one that is not there at the first start, or with --plain later, is the end")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const fs::path ssh = link_to_ssh(sshd);
    {
        const Autossh autossh(sshd, {"--plain", "-M", "0", "-N"}, {{"AUTOSSH_PATH", ssh}});
        REQUIRE(autossh.log().wait_for("]: ssh child pid is "));
        fs::remove(ssh);
        CHECK(process_table::send(autossh.log().ssh_pid(), SIGKILL));
        CHECK(autossh.process().wait_for_exit() == exited(1));
        CHECK(autossh.log().count("]: " + ssh.string() + ": No such file or directory\n") == 1);
        CHECK(autossh.process().errors() == "autossh: " + ssh.string() + ": No such file or directory\n");
    }
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_PATH", ssh}});
    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("]: " + ssh.string() + ": No such file or directory\n") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Exit of ssh: one whose library is being upgraded is tried again, if it runs no remote command")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    fs::create_directory(sshd.directory() / "bin");
    const Environment ssh{{"AUTOSSH_PLAIN", "no"},
                          {"AUTOSSH_PATH", script_file(sshd, "bin/ssh",
                                                       "[ -e \"$0.broken\" ] && exit 127\n"
                                                       "exec /usr/bin/ssh \"$@\"\n")}};
    const std::string broken = sshd.directory() / "bin/ssh.broken";
    {
        const Autossh autossh(sshd, {"-M", "0", "-N"}, ssh);
        REQUIRE(autossh.log().wait_for("]: up: "));
        write_file(broken, "");
        CHECK(process_table::send(autossh.log().ssh_pid(), SIGKILL));
        REQUIRE(autossh.log().wait_for("]: ssh exited with error status 127; restarting ssh\n", 2));
        fs::remove(broken);
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.end() == exited(1));
    }
    // It may run there already, and without a terminal only its own look ends it.
    const Autossh autossh(sshd, {"-M", "0"}, ssh, {as_long_as_connected});
    REQUIRE(autossh.log().wait_for("]: authenticated "));
    write_file(broken, "");
    CHECK(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count("]: ssh exited with status 127; autossh exiting\n") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Exit of ssh: one behind a shell that is killed is started again, if it runs no remote command")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    fs::create_directory(sshd.directory() / "bin");
    const Environment ssh{{"AUTOSSH_PLAIN", "no"},
                          {"AUTOSSH_PATH", script_file(sshd, "bin/ssh", ssh_as_child)}};
    const Autossh autossh(sshd, {"-N"}, ssh);
    REQUIRE(autossh.log().wait_for("]: up: "));
    CHECK(process_table::send(std::stoi(read_file(sshd.directory() / "bin/ssh.pid")), SIGKILL));
    CHECK(autossh.log().wait_for("]: ssh exited with error status 137; restarting ssh\n"));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Exit of ssh: a tunnel that somebody else has ended ends autossh, which says so")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string told =
        "]: ssh was ended from outside, most likely by a SIGTERM, which ends autossh as in 1.4g; "
        "--restart always goes on\n";
    {
        const Autossh autossh(sshd, {"-M", "0", "-N"});
        REQUIRE(autossh.log().wait_for("]: up: "));
        CHECK(process_table::send(autossh.log().ssh_pid(), SIGTERM));
        CHECK(autossh.process().wait_for_exit() == exited(0));
        CHECK(autossh.log().count("]: ssh exited with status 0; autossh exiting\n") == 1);
        CHECK(autossh.log().count(told) == 1);
    }
    {
        const Autossh autossh(sshd, {"-M", "0", "-N", "--restart", "always"});
        REQUIRE(autossh.log().wait_for("]: up: "));
        CHECK(process_table::send(autossh.log().ssh_pid(), SIGTERM));
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.end() == exited(1));
        CHECK(autossh.log().count(told) == 0);
    }
    const Autossh session(sshd, {"-M", "0"}, {}, {"true"});
    CHECK(session.process().wait_for_exit() == exited(0));
    CHECK(session.log().count(told) == 0);
    check_nothing_left(sshd);
}
