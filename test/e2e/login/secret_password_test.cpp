// Manual, "Secrets": passwords, other questions of a server's, and who gets which.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

/// A script that makes another code at each run, which is the right one until the next. Gives its path.
std::string code_generator(const Sshd& sshd, const std::string& code_file)
{
    return script_file(sshd, "code_generator",
                       fmt::format("last=$(cat {0} 2>/dev/null)\n"
                                   "echo $((${{last:-100000}} + 1)) >{0}.next\n"
                                   "mv {0}.next {0}\n"
                                   "cat {0}\n",
                                   code_file));
}

}  // namespace

TEST_CASE("Secrets: a password, by the method \"password\" or as the answer to a question")
{
    SKIP_WITHOUT_QUESTIONS();
    const auto manner = GENERATE(PasswordSshd::Manner::shadow, PasswordSshd::Manner::questions);
    const bool asks = manner == PasswordSshd::Manner::questions;
    INFO((asks ? "keyboard-interactive" : "password"));
    PasswordSshd sshd(manner);
    sshd.set_password("tunnel", right_secret);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret}});
    const std::string file = secret_file(sshd, right_secret);
    const SecretTunnel tunnel(sshd, {"--secret-file", file});
    INFO(tunnel.process().errors() << sshd.log());
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(tunnel.log().count(fmt::format(
              "ssh asks for the password of tunnel@server: answered from the file {}\n", file)) == 2);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    if (asks)
        CHECK(sshd.answers("tunnel") == std::vector<std::string>{right_secret, right_secret});
    CHECK(tunnel.log().count(right_secret) == 0);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host and the server behind it each get their own and nothing else")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const bool by_default = GENERATE(false, true);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret}});
    sshd.ask("jump", {{.prompt = "Password: ", .answer = "of the jump host"}});
    const std::string target = "file:" + secret_file(sshd, right_secret);
    const std::string jump = "file:" + secret_file(sshd, "of the jump host", "jump_secret");
    std::vector<std::string> options{"-J", "jump", "--secret-for", "jump@jump=" + jump};
    if (by_default)
        options.insert(options.end(), {"--secret-file", sshd.directory() / "secret"});
    else
        options.insert(options.end(), {"--secret-for", "tunnel@server=" + target});
    const SecretTunnel tunnel(sshd, options);
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{right_secret, right_secret});
    CHECK(sshd.answers("jump") == std::vector<std::string>{"of the jump host", "of the jump host"});
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: one key lets in at a jump host and at the server behind it")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    const std::string key = make_locked_key(sshd, "ed25519", right_secret);
    for (const char* account : {"jump", "tunnel"}) {
        sshd.allow_key(account, key);
        use_identity(sshd, key);  // of the next host in the file
    }
    const SecretTunnel tunnel(sshd, {"-J", "jump", "--secret-file", secret_file(sshd, right_secret)});
    INFO(tunnel.log().text());
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(tunnel.asked(fmt::format("passphrase of {}: answered from ", key)) == 4);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: what is not said to be for a jump host is for the server alone")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    for (const char* account : {"tunnel", "jump"})
        sshd.ask(account, {{.prompt = "Password: ", .wanted = Question::Wanted::anything}});
    const SecretTunnel tunnel(sshd, {"-J", "jump", "--secret-file", secret_file(sshd, right_secret)},
                              {.changes = default_times()});
    REQUIRE(tunnel.waits_because("no secret is given for the password of jump@jump"));
    CHECK(tunnel.log().wait_for("]: remedy: try the source of the secret by hand, "));
    CHECK(tunnel.log().count("]: remedy: try the source of the secret by hand, ") == 1);
    CHECK(sshd.answers("jump").empty());
    CHECK(sshd.answers("tunnel").empty());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: one for each question of a server's")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret},
                        {.prompt = "Your mother's maiden name? ", .answer = "Smith", .echo = true}});
    secret_file(sshd, "Smith", "name");
    const SecretTunnel tunnel(sshd,
                              {"--secret-for", "tunnel@server *maiden name*=file:~/name", "--secret-file",
                               secret_file(sshd, right_secret)},
                              {.changes = {{"HOME", sshd.directory()}}});
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{right_secret, "Smith", right_secret, "Smith"});
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a command that makes codes for one time gives a new one at each start")
{
    SKIP_WITHOUT_QUESTIONS();
    const bool with_password = GENERATE(false, true);
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const std::string code = sshd.directory() / "code";
    const std::string generator = code_generator(sshd, code);
    const Question code_question{
        .prompt = "Verification code: ", .answer = code, .wanted = Question::Wanted::first_line};
    std::vector<std::string> options{"--secret-command", generator};
    std::vector<std::string> expected{"100001", "100002", "100003"};
    std::vector<Question> questions{code_question};
    if (with_password) {
        options = {"--secret-for", "tunnel@server Verification code:=command:" + generator, "--secret-file",
                   secret_file(sshd, right_secret)};
        questions.insert(questions.begin(), {.prompt = "Password: ", .answer = right_secret});
        expected = {right_secret, "100001", right_secret, "100002", right_secret, "100003"};
    }
    sshd.ask("tunnel", questions);
    const SecretTunnel tunnel(sshd, options);
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(tunnel.comes_back());
    CHECK(sshd.answers("tunnel") == expected);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
