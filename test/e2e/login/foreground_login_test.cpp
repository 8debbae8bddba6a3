// -f at a terminal: what ssh asks, and who answers.
#include "e2e/support/keys.hpp"
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/terminal_login.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;

namespace {

constexpr const char* wrong = "s0mething else";
constexpr const char* password_question = "tunnel@server's password: ";

std::string output_of(const std::vector<std::string>& command)
{
    const Process process({.arguments = command});
    REQUIRE(process.wait_for_exit() == exited(0));
    return process.output();
}

}  // namespace

TEST_CASE("Log-in at the terminal: nothing is asked, and the tunnel works when the command has returned")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const auto pid_file = sshd.directory() / "pid";
    sshd.configure_client("BatchMode no");
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-L", forwarding(port, far_end.port())},
                              {{"AUTOSSH_PIDFILE", pid_file}});
    CHECK(login.returns(0));
    CHECK(exchange(port, "hello") == "hello");
    CHECK(read_file(pid_file) == fmt::format("{}\n", login.daemon()));
    CHECK(login.log().count("]: authenticated ") == 1);
    CHECK(login.terminal().shown().empty());
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a passphrase is asked without echo")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const Server far_end;
    const unsigned short port = free_port_pair();
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-L", forwarding(port, far_end.port())});
    REQUIRE(login.shows(question));
    CHECK_FALSE(login.echoes());
    CHECK_FALSE(login.process().exit_result());
    login.enter(right);
    CHECK(login.returns(0));
    CHECK(exchange(port, "hello") == "hello");
    CHECK(login.terminal().shown() == question + "\r\n");
    CHECK(login.log().text().find(right) == std::string::npos);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a passphrase is asked as often as ssh asks")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.answers(question, wrong, 1));
    CHECK(login.answers(question, "", 2));  // ssh itself takes an empty line to skip the key
    CHECK(login.returns(1));
    CHECK(login.shows("autossh: gave up"));
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: wrong, then right")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.answers(question, wrong, 1));
    CHECK(login.answers(question, right, 2));
    CHECK(login.returns(0));
    CHECK(login.log().count("starting ssh (count ") == 1);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a new host key is accepted by yes, or by its fingerprint")
{
    SKIP_WITHOUT_SSHD();
    const bool by_fingerprint = GENERATE(false, true);
    Sshd sshd;
    forget_host_key(sshd);
    std::string answer = "yes";
    if (by_fingerprint) {
        const std::string line = output_of({"ssh-keygen", "-l", "-f", sshd.directory() / "host_key.pub"});
        const auto begin = line.find("SHA256:");
        answer = line.substr(begin, line.find(' ', begin) - begin);
    }
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(host_key_question));
    CHECK(login.echoes());
    login.enter("perhaps");
    CHECK(login.answers("Please type 'yes', 'no' or the fingerprint: ", answer));
    CHECK(login.returns(0));
    CHECK(login.times_shown(answer + "\r\n") == 1);
    CHECK(read_file(sshd.directory() / "known_hosts").starts_with("server ssh-ed25519 "));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a host key that is denied ends it all")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    forget_host_key(sshd);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.answers(host_key_question, "no"));
    CHECK(login.returns(1));
    CHECK(login.shows("autossh: gave up"));
    CHECK(login.log().count("starting ssh (count ") == 1);
    CHECK(read_file(sshd.directory() / "known_hosts").empty());
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a password, and the host key before it")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right);
    forget_host_key(sshd);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-o", "PreferredAuthentications=password"});
    CHECK(login.answers(host_key_question, "yes"));
    CHECK(login.answers(password_question, right));
    CHECK(login.returns(0));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(login.times_shown(right) == 0);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: wrong passwords up to ssh's limit are the end")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-o", "PreferredAuthentications=password"});
    for (int times = 1; times <= 3; ++times)
        CHECK(login.answers(password_question, wrong, times));
    CHECK(login.returns(1));
    CHECK(login.times_shown("autossh: that was not accepted\r\n") == 2);
    CHECK(login.shows("what was typed did not let us in"));
    CHECK(sshd.has_wrong_tries("tunnel", 3));
    CHECK(login.log().count("starting ssh (count ") == 1);
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: all questions of the server, a code among them")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right},
                        {.prompt = "Verification code: ", .answer = "123456"}});
    const TerminalLogin login(sshd,
                              {"-M", "0", "-fN", "-o", "PreferredAuthentications=keyboard-interactive"});
    CHECK(login.answers("(tunnel@server) Password: ", right));
    CHECK(login.answers("(tunnel@server) Verification code: ", "123456"));
    CHECK(login.returns(0));
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{right, "123456"});
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a jump host asks, and then the server")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("jump", "over the fence");
    sshd.set_password("tunnel", right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-J", "jump"});
    CHECK(login.answers("jump@jump's password: ", "over the fence"));
    CHECK(login.answers(password_question, right));
    CHECK(login.returns(0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a secret answers first, and the person what it does not")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask("tunnel", {{.prompt = "Verification code: ", .answer = "123456"}});
    sshd.configure_server("AuthenticationMethods publickey,keyboard-interactive");
    const std::string key = make_locked_key(sshd, "ed25519", right);
    sshd.allow_key("tunnel", key);
    use_identity(sshd, key);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "--secret-file", secret_file(sshd, right)});
    CHECK(login.answers("(tunnel@server) Verification code: ", "123456"));
    CHECK(login.returns(0));
    CHECK(login.times_shown("passphrase") == 0);

    const pid_t ssh = login.log().ssh_pid();
    REQUIRE(process_table::send(ssh, SIGKILL));
    CHECK(login.log().wait_for("needs a person: "));
    CHECK(login.ends());
    check_nothing_left(sshd);
}
