#include "autossh/ssh/config.hpp"

#include "support/catch.hpp"
#include "unit/ssh/ssh_answer.hpp"

using namespace autossh;
using namespace autossh_test;

TEST_CASE("What is added: the answer of OpenSSH 9.2 is understood")
{
    const auto config = SshConfig::parse(answer_of_openssh_9_2);
    REQUIRE(config);
    CHECK(config->value("hostname") == "host");
    CHECK(config->value("connecttimeout") == "none");
    CHECK(config->value("canonicalizepermittedcnames") == "none");
    CHECK(config->value("controlpath").empty());
    CHECK(config->value("globalknownhostsfile") == "/etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2");
    CHECK(config->value("identityfile") == "~/.ssh/id_rsa");
    CHECK(config->values("identityfile") == std::vector<std::string>{"~/.ssh/id_rsa", "~/.ssh/id_ed25519"});
    CHECK(config->values("none").empty());
    CHECK(config->number("port") == 22);
    CHECK_FALSE(config->number("connecttimeout"));
    CHECK_FALSE(config->number("controlpath"));
}

TEST_CASE("What is added: other line ends, an older OpenSSH, a keyword without value")
{
    const std::string least =
        "user u\r\nhostname h\r\nport 22\r\nserveraliveinterval 15\r\nserveralivecountmax 3";
    const auto config = SshConfig::parse("\r\n\n  PROXYCOMMAND\n" + least);
    REQUIRE(config);
    CHECK(config->number("serveraliveinterval") == 15);
    CHECK(config->number("serveralivecountmax") == 3);
    CHECK(config->value("user") == "u");
    CHECK(config->values("proxycommand") == std::vector<std::string>{""});
}

TEST_CASE("What is added: what is no answer of OpenSSH's is none")
{
    const std::string answer(answer_of_openssh_9_2);
    CHECK_FALSE(SshConfig::parse(""));
    CHECK_FALSE(SshConfig::parse("\n\n\n"));
    CHECK_FALSE(
        SshConfig::parse("Usage: dbclient [options] [user@]host[/port] [command]\n-p <remoteport>\n"));
    CHECK_FALSE(SshConfig::parse("OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19 27 Jan 2026\n"));
    CHECK_FALSE(SshConfig::parse(std::string(1'000'000, 'x')));
    CHECK_FALSE(SshConfig::parse(std::string(1'000'000, '\n')));
    CHECK_FALSE(SshConfig::parse(std::string(1'000'000, '\0')));
    CHECK_FALSE(SshConfig::parse("\xff\xfe\x01\x02 \x80"));
    for (const char* keyword :
         {"user ", "hostname ", "port ", "serveraliveinterval ", "serveralivecountmax "}) {
        CAPTURE(keyword);
        std::string without = answer;
        const auto at = without.find(std::string("\n") + keyword);
        without.erase(at, without.find('\n', at + 1) - at);
        CHECK_FALSE(SshConfig::parse(without));
    }
    CHECK_FALSE(
        SshConfig::parse("user u\nhostname h\nport x\nserveraliveinterval 1\nserveralivecountmax 3\n"));
}
