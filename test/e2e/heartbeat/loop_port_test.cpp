// The port of the server that -M auto chooses for its tests, where the server does not give it.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/temporary_directory.hpp"

#include <csignal>
#include <filesystem>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// ssh that waits, at its first start, until somebody has taken the server's port of the loop.
class LateSsh {
public:
    LateSsh()
    {
        write_file(path(), fmt::format("#!/bin/sh\n# autossh: answers -G\n"
                                       "for word; do case $word in -G) exec ssh \"$@\" ;; esac; done\n"
                                       "for word; do case $word in\n"
                                       "127.0.0.1:*/in) port=${{word#127.0.0.1:}}; port=${{port%%:*}} ;;\n"
                                       "esac; done\n"
                                       "[ -e {0}/port ] || echo $port >{0}/port\n"
                                       "until [ -e {0}/taken ]; do sleep 0.05; done\n"
                                       "exec ssh \"$@\"\n",
                                       directory_.path().string()));
        std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
    }

    std::string path() const { return directory_ / "late-ssh"; }
    /// 0: it has not been started.
    unsigned short port() const
    {
        const std::string port = directory_ / "port";
        if (!wait_until([&] { return std::filesystem::exists(port) && read_file(port).ends_with('\n'); }))
            return 0;
        return static_cast<unsigned short>(std::stoi(read_file(port)));
    }
    void go_on() const { write_file(directory_ / "taken", ""); }

private:
    TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("Heartbeat: where the loop's port is taken on the server, the living connection gets another one")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const LateSsh late;
    const Autossh autossh(sshd, {"--ssh", late.path(), "-M", "auto", "-N"}, {{"AUTOSSH_POLL", "1"}});
    const unsigned short port = late.port();
    REQUIRE(port != 0);
    const Server stranger(Server::Manner::echo, port);
    late.go_on();

    REQUIRE(autossh.log().wait_for(fmt::format(" of the server, as it refuses port {}\n", port)));
    CHECK(autossh.log().wait_for("up: the connection test came back in "));
    CHECK(autossh.log().wait_for("connection ok", 3));
    CHECK(autossh.log().count("]: the connection tests go over port ") == 1);
    CHECK(autossh.log().count("no connection tests") == 0);
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(stranger.connections() <= 1);  // a test may begin before the server has refused the port
    // What watches it works: an ssh that is stopped is noticed.
    const pid_t ssh = autossh.log().ssh_pid();
    REQUIRE(process_table::send(ssh, SIGSTOP));
    CHECK(autossh.ssh_after(ssh) != ssh);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Heartbeat: a server that allows no port at all is asked for few, and the session goes on without")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("PermitListen none");
    const Autossh autossh(sshd, {"-M", "auto", "-N"}, default_times());
    CHECK(autossh.log().wait_for("]: no connection tests: the server does not forward them, or the port that "
                                 "they take there is in use; keepalives alone watch the connection\n"));
    CHECK(autossh.log().wait_for("]: up: logged in to "));
    CHECK(autossh.log().count("starting ssh") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
