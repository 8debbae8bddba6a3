// The server for the tests about secrets does what they rely on: shown with ssh alone.
#include "e2e/support/keys.hpp"
#include "e2e/support/log_in.hpp"
#include "e2e/support/password_sshd.hpp"

using namespace autossh_test;

namespace {

const std::string tunnel_prompt = "tunnel@server's password: ";

}  // namespace

TEST_CASE("Password server: the right password lets in, a wrong one does not and is counted")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    const LogIn too_early(sshd, {{tunnel_prompt, "right"}}, {"-o", "NumberOfPasswordPrompts=1"});
    CHECK(too_early.is_refused());
    CHECK(sshd.has_wrong_tries("tunnel", 1));

    sshd.set_password("tunnel", "right");
    const LogIn right(sshd, {{tunnel_prompt, "right"}});
    INFO(sshd.log());
    CHECK(right.succeeds());
    CHECK(right.prompts() == tunnel_prompt + '\0');
    CHECK(sshd.has_wrong_tries("tunnel", 1));

    const LogIn wrong(sshd, {{tunnel_prompt, "wrong"}});
    CHECK(wrong.is_refused());
    CHECK(wrong.asked(tunnel_prompt) == 3);
    CHECK(sshd.has_wrong_tries("tunnel", 4));
    check_nothing_left(sshd);
}

TEST_CASE("Password server: a new password holds from the next try")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    for (const std::string password : {"first", "a longer second", ""}) {
        INFO("password \"" << password << '"');
        sshd.set_password("tunnel", password.empty() ? "third" : password);
        const LogIn log_in(sshd, {{tunnel_prompt, password}}, {"-o", "NumberOfPasswordPrompts=1"});
        CHECK((password.empty() ? log_in.is_refused() : log_in.succeeds()));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Password server: a jump host wants another password, from its own account")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", "of the target");
    sshd.set_password("jump", "of the jump host");
    const std::vector<std::string> over_jump{"-o", "ProxyJump=jump"};
    const std::string jump_prompt = "jump@jump's password: ";
    const LogIn log_in(sshd, {{tunnel_prompt, "of the target"}, {jump_prompt, "of the jump host"}},
                       over_jump);
    INFO(sshd.log());
    CHECK(log_in.succeeds());
    CHECK(log_in.prompts() == jump_prompt + '\0' + tunnel_prompt + '\0');

    const LogIn mixed_up(sshd, {{tunnel_prompt, "of the jump host"}, {jump_prompt, "of the target"}},
                         over_jump);
    CHECK(mixed_up.is_refused());
    CHECK(sshd.has_wrong_tries("jump", 3));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    check_nothing_left(sshd);
}

TEST_CASE("Password server: two questions are asked one after another, and the answers are noted")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const LogIn unasked(sshd, {{"", "whatever"}});
    CHECK(unasked.is_refused());
    CHECK(unasked.prompts().empty());

    sshd.ask("tunnel",
             {{.prompt = "Password: ", .answer = "right"},
              {.prompt = "Your lucky number? ", .wanted = Question::Wanted::anything, .echo = true}});
    const LogIn right(sshd, {{"Password: ", "right"}, {"lucky", "7"}});
    INFO(sshd.log());
    CHECK(right.succeeds());
    CHECK(right.asked("(tunnel@server) Password: ") == 1);
    CHECK(right.asked("(tunnel@server) Your lucky number? ") == 1);
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"right", "7"});
    CHECK(sshd.answers("jump").empty());
    check_nothing_left(sshd);
}

TEST_CASE("Password server: a wrong answer is counted, and an empty one is seen as such")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = "right"}});
    const LogIn wrong(sshd, {{"Password: ", "wrong"}}, {"-o", "NumberOfPasswordPrompts=1"});
    CHECK(wrong.is_refused());
    const LogIn empty(sshd, {{"Password: ", ""}}, {"-o", "NumberOfPasswordPrompts=1"});
    CHECK(empty.is_refused());
    INFO(sshd.log());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"wrong", ""});
    CHECK(sshd.has_wrong_tries("tunnel", 2));
    check_nothing_left(sshd);
}

TEST_CASE("Password server: any text can be a question, and any a right answer")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const std::string passphrase = fmt::format("Enter passphrase for key '{}': ", key_of(sshd));
    const std::string lines = "Maintenance tonight.\n\njump@127.0.0.1's password: ";
    const std::string long_text = std::string(4090, 'x') + " end: ";
    const std::string not_english = "Пароль: ";
    const auto anything = Question::Wanted::anything;
    sshd.ask("tunnel", {{.prompt = passphrase, .answer = "as \"they\" $(say) \\ # -"},
                        {.prompt = lines, .wanted = anything},
                        {.prompt = long_text, .wanted = anything},
                        {.prompt = not_english, .wanted = anything},
                        {.prompt = "\x1b[2J\a\r\x7f\xff code: ", .wanted = anything},
                        {.prompt = "", .wanted = anything}});
    const LogIn log_in(sshd, {{"passphrase", "as \"they\" $(say) \\ # -"},
                              {"password", "2"},
                              {" end: ", "3"},
                              {" code: ", "5"},
                              {"", "4 or 6"}});
    INFO(sshd.log());
    CHECK(log_in.succeeds());
    const std::string who = "(tunnel@server) ";
    for (const auto& prompt : {passphrase, lines, long_text, std::string()})
        CHECK(log_in.asked(who + prompt) == 1);
    CHECK(sshd.answers("tunnel") ==
          std::vector<std::string>{"as \"they\" $(say) \\ # -", "2", "3", "4 or 6", "5", "4 or 6"});
    check_nothing_left(sshd);
}

TEST_CASE("Password server: an answer can be what a file says at the moment, as with codes for one time")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    const std::string code = sshd.directory() / "code";
    sshd.ask("tunnel",
             {{.prompt = "Verification code: ", .answer = code, .wanted = Question::Wanted::first_line}});
    const auto try_it = [&](const std::string& answer) {
        const LogIn log_in(sshd, {{"code", answer}}, {"-o", "NumberOfPasswordPrompts=1"});
        return log_in.succeeds();
    };
    CHECK_FALSE(try_it(""));
    write_file(code, "123456\n");
    CHECK(try_it("123456"));
    write_file(code, "654321\nand more\n");
    CHECK_FALSE(try_it("123456"));
    CHECK(try_it("654321"));
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"", "123456", "123456", "654321"});
    check_nothing_left(sshd);
}

TEST_CASE("Password server: a jump host asks other questions, of its own account")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = "of the target"}});
    sshd.ask("jump", {{.prompt = "Password: ", .answer = "of the jump host"}});
    const LogIn log_in(sshd, {{"(jump@", "of the jump host"}, {"(tunnel@", "of the target"}},
                       {"-o", "ProxyJump=jump"});
    INFO(sshd.log());
    CHECK(log_in.succeeds());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"of the target"});
    CHECK(sshd.answers("jump") == std::vector<std::string>{"of the jump host"});
    check_nothing_left(sshd);
}

TEST_CASE("Password server: a key with a passphrase lets in, and only the key that the account allows")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.configure_server("PasswordAuthentication no");
    CHECK(LogIn(sshd, {}).is_refused());
    for (const std::string type : {"ed25519", "rsa"}) {
        INFO(type);
        const std::string key = make_locked_key(sshd, type, "open " + type, "locked_" + type);
        const std::string prompt = fmt::format("Enter passphrase for key '{}': ", key);
        const std::vector<std::string> with_key{"-o", "IdentityFile=" + key};
        CHECK(LogIn(sshd, {{prompt, "open " + type}}, with_key).is_refused());
        sshd.allow_key("tunnel", key);
        const LogIn right(sshd, {{prompt, "open " + type}}, with_key);
        CHECK(right.succeeds());
        CHECK(right.prompts() == prompt + '\0');
        CHECK(LogIn(sshd, {{prompt, "open"}}, with_key).is_refused());
    }
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    check_nothing_left(sshd);
}

TEST_CASE("Password server: it can want a key and an answer")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.configure_server("AuthenticationMethods publickey,keyboard-interactive");
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = "right"}});
    const LogIn without_key(sshd, {{"Password: ", "right"}});
    CHECK(without_key.is_refused());
    CHECK(without_key.prompts().empty());
    sshd.allow_key("tunnel", key_of(sshd));
    const LogIn with_key(sshd, {{"Password: ", "right"}});
    INFO(sshd.log());
    CHECK(with_key.succeeds());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"right"});
    check_nothing_left(sshd);
}

TEST_CASE("Password server: what comes as a password can be seen, too")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.configure_server("PasswordAuthentication yes\nKbdInteractiveAuthentication no");
    sshd.ask("tunnel", {{.prompt = "never shown", .answer = "right"}});
    CHECK(LogIn(sshd, {{tunnel_prompt, "wrong"}}, {"-o", "NumberOfPasswordPrompts=1"}).is_refused());
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    CHECK(LogIn(sshd, {{tunnel_prompt, "right"}}).succeeds());
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{"wrong", "right"});
    check_nothing_left(sshd);
}

TEST_CASE("Password server: two of them know nothing of each other, and the system nothing of them")
{
    SKIP_WITHOUT_ACCOUNTS();
    std::string directory;
    {
        PasswordSshd one;
        PasswordSshd other;
        directory = one.directory();
        one.set_password("tunnel", "of one");
        other.set_password("tunnel", "of the other");
        CHECK(LogIn(one, {{tunnel_prompt, "of one"}}).succeeds());
        CHECK(LogIn(other, {{tunnel_prompt, "of the other"}}).succeeds());
        CHECK(LogIn(other, {{tunnel_prompt, "of one"}}).is_refused());
        CHECK(one.has_wrong_tries("tunnel", 0));
        CHECK(other.has_wrong_tries("tunnel", 3));
        CHECK(read_file("/etc/passwd").find("tunnel:x:65101:") == std::string::npos);
        CHECK(read_file("/proc/self/mountinfo").find(directory) == std::string::npos);
        one.stop();
        check_nothing_left(other);
    }
    CHECK_FALSE(std::filesystem::exists(directory));
}
