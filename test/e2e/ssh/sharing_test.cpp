// Manual, "What is added": whether the connection is another ssh's, too, is judged by the values of the
// options.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include <csignal>

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

TEST_CASE(
    "Sharing: ControlMaster=no still uses the master at the configuration's ControlPath, and that is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const std::string path = sshd.directory() / "control";
    sshd.configure_client("ControlPath " + path);
    const Process master({.arguments = {"ssh", "-F", sshd.client_config(), "-M", "-N", "server"}});
    REQUIRE(wait_until([&] { return std::filesystem::exists(path); }));
    {
        const Autossh shared(sshd, {"-M", "auto", "-N", "-o", "ControlMaster=no"});
        CHECK(shared.log().wait_for(is_shared));
        CHECK(shared.end() == exited(1));
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
