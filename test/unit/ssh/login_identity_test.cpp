#include "autossh/ssh/login_identity.hpp"

#include "support/catch.hpp"

#include <string>

using namespace autossh;

namespace {

SshConfig answer_with(const std::string& lines)
{
    return *SshConfig::parse("hostname gw\nuser me\nport 2222\nserveraliveinterval 0\n"
                             "serveralivecountmax 3\n" +
                             lines);
}

}  // namespace

TEST_CASE("Starting: log-ins are the same where all is the same but forwards and the name that was typed")
{
    const TunnelSettings settings;
    const auto identity = [&](const std::string& lines) {
        return login_identity(answer_with(lines), settings);
    };
    const auto plain = identity("host a\nidentityfile ~/.ssh/key\n");
    CHECK(plain != 0);
    CHECK(identity("host b\nidentityfile ~/.ssh/key\nlocalforward 80 [web]:80\n") == plain);
    CHECK(identity("host a\nidentityfile ~/.ssh/other\n") != plain);
    CHECK(identity("host a\nidentityfile ~/.ssh/key\nproxyjump gate\n") != plain);
    CHECK(identity("host a\nidentityfile ~/.ssh/%n\n") != identity("host b\nidentityfile ~/.ssh/%n\n"));
    TunnelSettings other = settings;
    other.ssh.environment = {"SSH_AUTH_SOCK=/elsewhere"};
    CHECK(login_identity(answer_with("host a\nidentityfile ~/.ssh/key\n"), other) != plain);
    other = settings;
    other.secrets.push_back({"", {SecretSource::Kind::file, "/secret"}});
    CHECK(login_identity(answer_with("host a\nidentityfile ~/.ssh/key\n"), other) != plain);
}

TEST_CASE("Starting: the server is the first jump host, or the destination")
{
    CHECK(first_server(answer_with("")) == "gw 2222");
    CHECK(first_server(answer_with("proxyjump you@one:22022,two\n")) == "one 22022");
    CHECK(first_server(answer_with("proxyjump one\n")) == "one 22");
    CHECK(first_server(answer_with("proxycommand nc gate 22\n")) == "gw 2222");
}
