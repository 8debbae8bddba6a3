// Manual, "What is added": whether the connection is another ssh's, too, is judged by the values of the
// options.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/machine/temporary_directory.hpp"

#include <csignal>

#include <fmt/format.h>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

/// Each of them, where the configuration names no control path, has ssh share nothing.
const std::vector<Words>& ways_to_share_nothing()
{
    static const std::vector<Words> ways{
        {"-S", "none"}, {"-o", "ControlPath=none"}, {"-o", "ControlMaster=no"}, {"-o", "ControlPersist=no"}};
    return ways;
}

/// Both, the options of a test first.
Words options_with(Words options, const Words& off)
{
    options.insert(options.end(), off.begin(), off.end());
    return options;
}

constexpr const char* is_shared = "]: no connection tests: the connection is shared with another ssh; ";

}  // namespace

TEST_CASE("Sharing turned off: the connection is tested")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    for (const Words& off : ways_to_share_nothing()) {
        CAPTURE(off);
        const Autossh autossh(sshd, options_with({"-M", "auto", "-N"}, off));
        CHECK(autossh.log().wait_for("]: up: the connection test came back in "));
        CHECK(autossh.log().count(is_shared) == 0);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Sharing turned off: the connect timeout holds")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server silent(Server::Manner::half_an_sshd);
    for (const Words& off : ways_to_share_nothing()) {
        CAPTURE(off);
        const Autossh autossh(sshd, options_with({"-M", "0", "--connect-timeout", "500ms", "-N", "-p",
                                                  std::to_string(silent.port())},
                                                 off));
        CHECK(autossh.log().wait_for("]: ssh has not logged in within 500 ms, restarting ssh\n"));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Sharing turned off: a refused forward is asked for again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;
    for (const Words& off : ways_to_share_nothing()) {
        CAPTURE(off);
        const Autossh autossh(sshd, options_with({"-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-R",
                                                  "127.0.0.1:" + forwarding(other.port(), 9)},
                                                 off));
        // ControlPersist=no alone says nothing of a socket, and leaves us ours.
        const bool on_living = off.back() == "ControlPersist=no";
        CHECK(autossh.log().wait_for(on_living ? "; asking again on this connection\n"
                                               : "]: no forward works, restarting ssh\n"));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Sharing: a tunnel never gives its forwards to the master at a ControlPath, and that is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const std::string path = sshd.directory() / "control";
    sshd.configure_client("ControlPath " + path);
    const Process master({.arguments = {"ssh", "-F", sshd.client_config(), "-M", "-N", "server"}});
    REQUIRE(wait_until([&] { return std::filesystem::exists(path); }));
    for (const Words& words : {Words{"-o", "ControlMaster=no"}, Words{"-S", path}, Words{"-MS", path}}) {
        CAPTURE(words);
        const Autossh own(sshd, options_with({"-M", "auto", "--", "-N"}, words));
        CHECK(own.log().wait_for("]: up: the connection test came back in "));
        CHECK(own.log().count(fmt::format("]: another ssh answers at the control path {}: the tunnel has a "
                                          "connection of its own, as nobody would watch that one\n",
                                          path)) == 1);
        CHECK(own.end() == exited(1));
    }
    for (const Words& off : {Words{"-S", "none"}, Words{"-o", "ControlPersist=no"}}) {
        CAPTURE(off);
        const Autossh own(sshd, options_with({"-M", "auto", "-N"}, off));
        CHECK(own.log().wait_for("]: up: the connection test came back in "));
        CHECK(own.log().count(is_shared) == 0);
        CHECK(own.end() == exited(1));
    }
    master.signal(SIGTERM);
    CHECK(master.wait_for_exit().has_value());
    check_nothing_left(sshd);
}

TEST_CASE("Sharing: a tunnel that the command line makes a master stays in the foreground, also after a kill")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = sshd.directory() / "control";
    const std::vector<Words> all{
        {"-M", "-S", path},
        {"-o", "ControlMaster=yes", "-o", "ControlPath=" + path},
        {"-o", "ControlMaster=auto", "-o", "ControlPath=" + path, "-o", "ControlPersist=60"}};
    for (const Words& words : all) {
        CAPTURE(words);
        const Autossh autossh(sshd, options_with({"-M", "0", "--", "-N"}, words));
        REQUIRE(autossh.log().wait_for("]: up: "));
        kill(autossh.log().ssh_pid(), SIGKILL);
        REQUIRE(autossh.log().wait_for("]: up again after "));
        const Process rider(
            {.arguments = {"ssh", "-F", sshd.client_config(), "-S", path, "-O", "check", "server"}});
        CHECK(rider.wait_for_exit() == exited(0));
        CHECK(rider.errors().find(fmt::format("pid={}", autossh.log().ssh_pid())) != std::string::npos);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Exit of ssh: what a wrapper has put into the background is ended, told and started again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const std::string wrapper = sshd.directory() / "wrapper";
    write_file(wrapper, "#!/bin/sh\nexec ssh -f \"$@\"\n");
    std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
    const Autossh autossh(sshd, {"-N", "-L", forwarding(port, far_end.port())},
                          {{"AUTOSSH_PATH", wrapper}, {"AUTOSSH_GATETIME", "0"}});
    CHECK(autossh.log().wait_for(": ssh has gone to the background, where nobody would watch it; trying", 2));
    CHECK(
        autossh.log().wait_for("]: remedy: take ControlPersist, and -f, out of the script that runs ssh: "));
    CHECK(autossh.log().count("ssh exited with status 0; restarting ssh") >= 2);
    CHECK(autossh.log().count("is in use") == 0);
    CHECK(autossh.end() == exited(1));
    CHECK(wait_until([&] { return port_is_free(port); }));
    check_nothing_left(sshd);
}
