// -f at a terminal: when nobody is asked, and what a log-in by hand means for later.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/shell.hpp"
#include "e2e/support/terminal_login.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;

namespace {

/// A shell in which autossh is a job, with its own times.
Environment own_times()
{
    return default_times();
}

}  // namespace

TEST_CASE("Log-in at the terminal: a server that is down is told, and waited for in the background")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    sshd.configure_client("BatchMode no");
    sshd.stop();
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-L", forwarding(port, far_end.port())});
    CHECK(login.returns(0));
    CHECK(login.shows("connection refused by 127.0.0.1 port "));
    CHECK(login.shows("; going on in the background\r\n"));

    sshd.start();
    CHECK(process_table::send(login.daemon(), SIGHUP));  // at once
    CHECK(carries_bytes(port));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a server that does not answer holds nobody up")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server server(Server::Manner::silent);
    lead_to(sshd, server);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.returns(0));
    CHECK(login.shows(
        fmt::format("no answer yet from 127.0.0.1 port {}; going on in the background\r\n", server.port())));
    CHECK(login.log().count("starting ssh (") == 1);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a forward that is refused is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("BatchMode no\nExitOnForwardFailure no");
    const Server far_end;
    const unsigned short port = free_port_pair();
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-L", forwarding(far_end.port(), 9), "-L",
                                     forwarding(port, far_end.port())});
    CHECK(login.returns(0));
    CHECK(login.shows("autossh: degraded"));
    CHECK(exchange(port, "hello") == "hello");
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: what was typed is not kept, and a restart needs a person")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-o", "PreferredAuthentications=password"});
    CHECK(login.answers("tunnel@server's password: ", right));
    CHECK(login.returns(0));
    REQUIRE(login.log().wait_for("]: up: "));

    REQUIRE(process_table::send(login.log().ssh_pid(), SIGKILL));
    REQUIRE(login.log().wait_for("starting ssh (count 2)"));
    INFO(login.log().text());
    REQUIRE(login.log().wait_for("needs a person: the log-in at the start was by hand"));
    CHECK(login.log().wait_for("; trying again in 30 s"));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: with --secret-prompt what was typed is kept for a restart")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "--secret-prompt"});
    REQUIRE(wait_until([&] { return !login.terminal().shown().empty() && !login.echoes(); }));
    login.enter(right);
    CHECK(login.returns(0));
    REQUIRE(login.log().wait_for("]: up: "));
    REQUIRE(process_table::send(login.log().ssh_pid(), SIGKILL));
    CHECK(login.log().wait_for("]: up again "));
    CHECK(login.times_shown(question) == 0);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: with --secret-prompt what is typed at the second attempt is kept")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right);
    const TerminalLogin login(
        sshd, {"-M", "0", "-fN", "--secret-prompt", "-o", "PreferredAuthentications=password"});
    REQUIRE(wait_until([&] { return !login.terminal().shown().empty() && !login.echoes(); }));
    login.enter("wrong");
    CHECK(login.answers("tunnel@server's password: ", right));
    CHECK(login.returns(0));
    REQUIRE(login.log().wait_for("]: up: "));
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    CHECK(login.times_shown("autossh: the secret was not accepted: what was typed at the start\r\n") == 1);

    REQUIRE(process_table::send(login.log().ssh_pid(), SIGKILL));
    CHECK(login.log().wait_for("]: up again "));
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    CHECK(login.log().count("is kept instead of the one typed before") == 1);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a user who wants to be asked by a program is")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right);
    const std::string program = script_file(sshd, "wallet", fmt::format("echo '{}'\n", right));
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-o", "PreferredAuthentications=password"},
                              {{"SSH_ASKPASS", program}, {"SSH_ASKPASS_REQUIRE", "force"}});
    CHECK(login.returns(0));
    CHECK(login.log().wait_for("]: up: "));
    CHECK(login.times_shown("password") == 0);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: with BatchMode in the configuration nobody is asked")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    ask_for_passphrase(sshd, right);
    sshd.configure_client("BatchMode yes");
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.returns(0));
    CHECK(login.shows("; going on in the background\r\n"));
    CHECK(login.times_shown("passphrase for") == 0);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: nobody waits for a log-in that cannot be heard")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server server(Server::Manner::half_an_sshd);
    lead_to(sshd, server);
    const std::vector<std::string> options =
        GENERATE(std::vector<std::string>{"-v", "-q"}, std::vector<std::string>{"-E", "/dev/null"});
    std::vector<std::string> words{"-M", "0", "-fN"};
    words.insert(words.end(), options.begin(), options.end());
    const TerminalLogin login(sshd, words);
    CHECK(login.returns(0));
    CHECK(login.log().ssh_pid() > 0);
    CHECK(login.terminal().shown().empty());
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: nobody waits where ssh does not say how it is configured")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string path = sshd.client_config();
    write_file(path, "Match exec \"sleep 300\"\n" + read_file(path));
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.returns(0));
    CHECK(login.log().ssh_pid() > 0);
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: where errors are not shown there, the command returns when ssh runs")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server server(Server::Manner::half_an_sshd);
    lead_to(sshd, server);
    const Shell shell(own_times());
    shell.start(sshd, {"-M", "0", "-fN"}, "", "2>/dev/null; echo status is $?.");
    CHECK(shell.terminal().wait_for_text("status is 0."));
    CHECK(shell.log().ssh_pid() > 0);
    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a job in the background is not asked, as where there is no terminal")
{
    SKIP_WITHOUT_SSHD();
    const bool shell_knows = GENERATE(true, false);
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const Shell shell(own_times());
    shell.start(sshd, {"-M", "0", "-fN"}, shell_knows ? "" : "(", shell_knows ? "&" : "&)");
    CHECK(shell.log().wait_for("; trying again in 30 s\n"));
    CHECK(shell.log().count("passed on to the terminal") == 0);
    CHECK(shell.terminal().shown().find(question) == std::string::npos);
    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a job in the background that is asked nothing ends by itself")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("BatchMode no");
    const Shell shell(own_times());
    shell.start(sshd, {"-M", "0", "-fN"}, "", "&");
    shell.enter("wait %1; echo status is $?.");
    CHECK(shell.terminal().wait_for_text("status is 0."));
    CHECK(shell.log().wait_for("]: authenticated "));
    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a key that waits for a touch asks for no line")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    // As ssh does for such a key, while it runs.
    const std::string script = sshd.directory() / "notice";
    write_file(script, "#!/bin/sh\n"
                       "test -n \"$AUTOSSH_ASKPASS_TOKEN\" || exit 1\n"
                       "SSH_ASKPASS_PROMPT=none \"$SSH_ASKPASS\" 'Confirm user presence for key'\n"
                       "exit 0\n");
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    sshd.configure_client("BatchMode no");
    const std::string path = sshd.client_config();
    write_file(path, fmt::format("Match exec {}\n", script) + read_file(path));
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    CHECK(login.returns(0));
    CHECK(login.terminal().shown() == "Confirm user presence for key\r\n");
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: with AUTOSSH_DEBUG the question is still asked")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"}, {{"AUTOSSH_DEBUG", "1"}});
    CHECK(login.answers(question, right));
    CHECK(login.returns(0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}
