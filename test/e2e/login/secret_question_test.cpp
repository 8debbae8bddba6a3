// Manual, "Secrets": what a server asks for that is not its own to know, it does not get.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

constexpr auto anything = Question::Wanted::anything;
constexpr const char* by_person = "]: remedy: log in by hand: ";

/// 40 KiB of it before what every server may ask: more than is passed on.
std::string long_question()
{
    return std::string(40 * 1024, 'x') + "\nPassword: ";
}

}  // namespace

TEST_CASE("Secrets: the key of an unknown server is never accepted")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    sshd.configure_client("StrictHostKeyChecking ask");
    const std::string known_hosts = sshd.directory() / "known_hosts";
    write_file(known_hosts, "");
    const std::string file = secret_file(sshd, right_secret);
    const bool for_everything = GENERATE(false, true);
    const SecretTunnel tunnel(
        sshd, {for_everything ? "--secret-for" : "--secret-file", for_everything ? "*=file:" + file : file},
        {.changes = default_times()});
    REQUIRE(tunnel.log().wait_for("; trying again in 30 s\n"));
    INFO(tunnel.log().text());
    CHECK(tunnel.log().wait_for("]: remedy: run its ssh by hand, "));
    CHECK(tunnel.log().count("]: remedy: run its ssh by hand, ") == 1);
    CHECK(tunnel.log().count("ssh asks ") == 1);
    CHECK(tunnel.log().count("answered from ") == 0);
    CHECK(read_file(known_hosts).empty());
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.starts() == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: no answer for a server that asks for something else, which needs a person")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const std::string file = secret_file(sshd, right_secret);
    const std::string key = key_of(sshd);
    for (const std::string& prompt :
         {fmt::format("Enter passphrase for key '{}': ", key),
          std::string("Are you sure you want to continue connecting (yes/no/[fingerprint])? "),
          std::string("(other@host) Password: "), std::string("New password: "),
          std::string("Verification code: "), std::string("Enter PIN for token: "), long_question(),
          std::string()}) {
        INFO(prompt.substr(0, 80));
        sshd.ask("tunnel", {{.prompt = prompt, .wanted = anything}});
        const SecretTunnel tunnel(sshd,
                                  {"--secret-file", file, "--secret-for",
                                   fmt::format("{}=file:{}", key, file), "--secret-for",
                                   "other@host=file:" + file},
                                  {.changes = default_times()});
        REQUIRE(tunnel.log().wait_for("; trying again in 30 s\n"));
        CHECK(tunnel.log().count(": needs a person: ") >= 1);
        CHECK(tunnel.log().wait_for(by_person));
        CHECK(tunnel.log().count(by_person) == 1);
        CHECK(tunnel.log().count("answered from ") == 0);
        CHECK(tunnel.starts() == 1);
        CHECK(sshd.answers("tunnel").empty());
        CHECK(tunnel.end());
    }
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a second question of another kind gets nothing, though the first was answered")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret},
                        {.prompt = "Verification code: ", .wanted = anything}});
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = default_times()});
    REQUIRE(tunnel.waits_because("needs a person: tunnel@server asks \"Verification code:\""));
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{right_secret});
    CHECK(tunnel.starts() == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: what needs a person ends an autossh that is asked to give up on it")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Touch your token and say so: ", .wanted = anything}});
    const SecretTunnel tunnel(
        sshd, {"--exit-on", "needs-a-person", "--secret-file", secret_file(sshd, right_secret)});
    CHECK(tunnel.process().wait_for_exit() == exited(24));
    CHECK(sshd.answers("tunnel").empty());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: what may be the passphrase of a key is not given to a server, unless it is said to be")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret}});
    const std::string key = make_locked_key(sshd, "ed25519", right_secret);
    use_identity(sshd, key);
    const std::string file = secret_file(sshd, right_secret);
    {
        const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = default_times()});
        REQUIRE(tunnel.waits_because(fmt::format(
            "the secret may be the passphrase of {}, which no server may have; say what it is for: "
            "--secret-for 'tunnel@server=SOURCE'",
            key)));
        CHECK(sshd.answers("tunnel").empty());
        CHECK(tunnel.end());
    }
    const SecretTunnel tunnel(sshd, {"--secret-for", "tunnel@server=file:" + file});
    CHECK(tunnel.comes_up());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{right_secret});
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
