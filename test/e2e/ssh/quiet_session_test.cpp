// A command on the server whose ssh is to be quiet: what the user sees is as with ssh alone, and autossh
// knows what happens all the same (LogVerbose).
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <sstream>
#include <string>
#include <vector>

using namespace autossh_test;

namespace {

const std::vector<std::vector<std::string>> ways_to_be_quiet{
    {"-q"}, {"-o", "LogLevel=QUIET"}, {"-o", "LogLevel=ERROR"}};

/// What it and the remote command have written, without lines of autossh's own.
std::string written(std::vector<std::string> program, const std::vector<std::string>& words)
{
    program.insert(program.end(), words.begin(), words.end());
    const Process process({.arguments = program, .changes = {{"AUTOSSH_MAXSTART", "1"}}});
    REQUIRE(process.wait_for_exit());
    std::string kept = process.output();
    std::istringstream errors(process.errors());
    for (std::string line; std::getline(errors, line);)
        if (!line.starts_with("autossh: "))
            kept += line + "\n";
    return kept;
}

}  // namespace

TEST_CASE("Quiet session: a refused -R is known, and not shown")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("Banner " + (sshd.directory() / "banner").string() + "\nAllowTcpForwarding local");
    write_file(sshd.directory() / "banner", "a banner\n");
    sshd.configure_client("ExitOnForwardFailure no");
    for (const auto& quiet : ways_to_be_quiet) {
        CAPTURE(quiet);
        auto words = quiet;
        words.insert(words.end(), {"-M", "0", "-R", forwarding(free_port_pair(), 9)});
        const Autossh autossh(sshd, words, {}, {std::string("echo here; ") + as_long_as_connected});
        CHECK(autossh.log().wait_for("]: authenticated after "));
        CHECK(autossh.log().wait_for("]: degraded: the server refuses to listen on port "));
        CHECK(autossh.log().count("]: up: ") == 0);
        CHECK(wait_until([&autossh] { return autossh.process().output() == "here\n"; }));
        CHECK(autossh.end() == exited(1));
        CHECK(autossh.process().errors().empty());
    }
    check_nothing_left(sshd);
}

TEST_CASE("Quiet session: a -L that cannot be had is known, at a port and at a socket")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("ExitOnForwardFailure no");
    const Server taken;
    const std::string socket = sshd.directory() / "socket";
    write_file(socket, "");
    for (const auto& quiet : ways_to_be_quiet)
        for (const std::string& place : {std::to_string(taken.port()), socket}) {
            CAPTURE(quiet, place);
            auto words = quiet;
            words.insert(words.end(), {"-M", "0", "-L", place + ":127.0.0.1:9"});
            const Autossh autossh(sshd, words, {}, {as_long_as_connected});
            CHECK(autossh.log().wait_for("]: degraded: local "));
            CHECK(autossh.log().count("]: up: ") == 0);
            CHECK(autossh.end() == exited(1));
        }
    check_nothing_left(sshd);
}

TEST_CASE("Quiet session: it comes up when the server has answered, and is gone again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const auto& quiet : ways_to_be_quiet) {
        CAPTURE(quiet);
        auto words = quiet;
        words.insert(words.end(), {"-M", "0", "-R", forwarding(free_port_pair(), 9)});
        const Autossh autossh(sshd, words, {}, {as_long_as_connected});
        CHECK(autossh.log().wait_for("]: up: logged in to "));
        sshd.signal_sessions(SIGKILL);
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(autossh.end() == exited(1));
        CHECK(autossh.process().errors().find(".c:") == std::string::npos);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Quiet session: what fails is shown as ssh alone shows it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    write_file(sshd.directory() / "banner", "a banner\n");
    sshd.configure_server("AllowTcpForwarding local\nBanner " + (sshd.directory() / "banner").string());
    const Server taken;
    const std::string at = std::to_string(taken.port());
    const std::string revoked = sshd.directory() / "revoked";
    write_file(revoked, "@revoked * " + read_file(sshd.directory() / "host_key.pub"));
    const std::vector<std::vector<std::string>> all_words{
        {"server", "echo out; echo error >&2; exit 3"},
        {"-p", std::to_string(free_port_pair()), "server", "true"},
        {"-i", "/dev/null", "-o", "IdentityFile=none", "server", "true"},
        {"-o", "UserKnownHostsFile=/dev/null", "server", "true"},
        {"-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=/dev/null", "server", "true"},
        {"-o", "UserKnownHostsFile=" + revoked, "server", "true"},
        {"-L", at + ":localhost:9", "server", "true"},
        {"-o", "ExitOnForwardFailure=no", "-L", at + ":localhost:9", "server", "true"},
        {"-R", at + ":localhost:9", "server", "true"},
        {"-L", "/no/such/place:localhost:9", "server", "true"},
        {"-W", "127.0.0.1:" + std::to_string(free_port_pair()), "server"},
        {"no-such-host.invalid", "true"},
    };
    for (const auto& quiet : ways_to_be_quiet)
        for (auto words : all_words) {
            CAPTURE(quiet, words);
            words.insert(words.begin(), quiet.begin(), quiet.end());
            const std::string alone = written({"ssh", "-F", sshd.client_config()}, words);
            CHECK(written({tested_autossh(), "-M", "0", "-F", sshd.client_config()}, words) == alone);
        }
    check_nothing_left(sshd);
}
