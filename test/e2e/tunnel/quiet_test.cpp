// Manual, "States": -q and LogLevel change what the user sees of ssh's log, and not what autossh knows.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/tested_autossh.hpp"

#include <fstream>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

using namespace autossh_test;

namespace {

const std::vector<std::vector<std::string>> levels{{"-q"},
                                                   {"-o", "LogLevel=QUIET"},
                                                   {"-o", "LogLevel=fatal"},
                                                   {"-o", "LogLevel=ERROR"},
                                                   {"-o", "LogLevel=info"},
                                                   {"-o", "LogLevel=verbose"},
                                                   {}};

/// What "Transferred: …" and a port of the client's say differs from one ssh to the next.
std::string without_numbers(const std::string& line)
{
    return std::regex_replace(line, std::regex("[0-9.]+"), "N");
}

/// ssh's lines on stderr.
std::multiset<std::string> lines_of_ssh(const std::string& errors)
{
    std::multiset<std::string> lines;
    std::istringstream text(errors);
    for (std::string line; std::getline(text, line);)
        if (line.find("autossh[") == std::string::npos)
            lines.insert(without_numbers(line.substr(0, line.find('\r'))));
    return lines;
}

}  // namespace

TEST_CASE("Quiet ssh: a refused forward is known, and made again when the port is free")
{
    SKIP_WITHOUT_SSHD();
    const auto& level = GENERATE(from_range(levels));
    CAPTURE(level);
    Sshd sshd;
    sshd.configure_client("ExitOnForwardFailure no");
    std::optional<Server> taken(std::in_place);
    std::vector<std::string> options{"-M", "0", "-N", "-R",
                                     "127.0.0.1:" + forwarding(taken->port(), sshd.port())};
    options.insert(options.end(), level.begin(), level.end());
    const Autossh autossh(sshd, options, default_times());
    INFO(autossh.process().errors());
    REQUIRE(autossh.log().wait_for("the server refuses to listen on port "));
    taken.reset();
    CHECK(autossh.log().wait_for("]: up"));
    CHECK(autossh.end());
    check_nothing_left(sshd);
}

TEST_CASE("Quiet ssh: the user sees what ssh alone would show")
{
    SKIP_WITHOUT_SSHD();
    const auto& level = GENERATE(from_range(levels));
    CAPTURE(level);
    Sshd sshd;
    const Server taken;
    const std::string forward = "127.0.0.1:" + forwarding(taken.port(), sshd.port());
    const std::vector<std::string> faults[] = {{"-L", forward}, {"-R", forward}, {"-o", "User=nobody.here"}};
    const std::vector<std::string>& fault = faults[GENERATE(0, 1, 2)];
    std::vector<std::string> words{"-F", sshd.client_config(), "-N"};
    words.insert(words.end(), level.begin(), level.end());
    words.insert(words.end(), fault.begin(), fault.end());
    words.push_back("server");
    std::vector<std::string> alone{"ssh"};
    alone.insert(alone.end(), words.begin(), words.end());
    const Process ssh({.arguments = alone});
    REQUIRE(ssh.wait_for_exit());
    std::vector<std::string> supervised{tested_autossh(), "--restart", "never", "-M", "0"};
    supervised.insert(supervised.end(), words.begin(), words.end());
    const Process autossh({.arguments = supervised});
    REQUIRE(autossh.wait_for_exit());
    CHECK(lines_of_ssh(autossh.errors()) == lines_of_ssh(ssh.errors()));
}

TEST_CASE("Quiet ssh: the server's banner is not shown at a renewal either")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const auto banner = sshd.directory() / "banner";
    std::ofstream(banner) << "a banner\n";
    sshd.configure_server("Banner " + banner.string() + "\n");
    const Autossh autossh(sshd, {"-M", "0", "-q", "-N", "--renew", "1s"});
    REQUIRE(autossh.log().wait_for("), which has logged in beside the last one, takes its place\n", 2));
    CHECK(autossh.log().wait_for("), whose place was taken, has ended\n", 2));
    CHECK(autossh.end() == exited(1));
    CHECK(autossh.process().errors().find("a banner") == std::string::npos);
    check_nothing_left(sshd);
}
