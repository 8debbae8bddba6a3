// -f at a terminal: what ends the log-in, or holds it up.
#include "e2e/support/server.hpp"
#include "e2e/support/shell.hpp"
#include "e2e/support/terminal_login.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

constexpr int ended_by_signal = 128;  // in a shell's words

}  // namespace

TEST_CASE("Log-in at the terminal: Ctrl-C at the question ends the daemon as well")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(question));
    login.terminal().type("corr\x03");
    CHECK(login.returns(ended_by_signal + SIGINT));
    CHECK(login.process().wait_until_nothing_left());
    CHECK(login.log().count("starting ssh (count ") == 1);
    CHECK(login.times_shown("corr") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: Ctrl-C while ssh connects ends the daemon as well")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server server(Server::Manner::half_an_sshd);
    lead_to(sshd, server);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(wait_until([&] { return server.connections() == 1; }));
    CHECK_FALSE(login.process().exit_result());
    login.terminal().type("\x03");
    CHECK(login.returns(ended_by_signal + SIGINT));
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: one that is closed ends the daemon as well")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    PseudoTerminal terminal;
    const LogFile log;
    const Process autossh({.arguments = command_line(sshd, {"-M", "0", "-fN"}),
                           .changes = quick(log),
                           .terminal = terminal.path()});
    REQUIRE(terminal.wait_for_text(question));
    terminal.hang_up();
    CHECK(autossh.wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: without the process that waits, the daemon and the question end")
{
    SKIP_WITHOUT_SSHD();
    const int number = GENERATE(SIGTERM, SIGKILL);
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(question));
    REQUIRE(kill(login.process().job(), number) == 0);
    CHECK(login.process().wait_for_exit() == exited(ended_by_signal + number));
    CHECK(login.process().wait_until_nothing_left());
    CHECK(login.is_as_before());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: without the daemon the question is taken back")
{
    SKIP_WITHOUT_SSHD();
    const int number = GENERATE(SIGTERM, SIGKILL);
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(question));
    REQUIRE(process_table::send(login.daemon(), number));
    CHECK(login.returns(1));
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: after Ctrl-Z and fg the question is asked again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(question));
    const pid_t asker = login.asker();
    login.terminal().type("corr\x1a");
    CHECK(login.shows("[stopped]"));
    CHECK(wait_until([&] { return state_of(login.process().job()) == 'T' && state_of(asker) == 'T'; }));
    CHECK(login.is_as_before());
    login.process().foreground();
    CHECK(login.answers(question, right, 2));
    CHECK(login.returns(0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a question of an ssh that is ended is taken back")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string question = ask_for_passphrase(sshd, right);
    const TerminalLogin login(sshd, {"-M", "0", "-fN"});
    REQUIRE(login.shows(question));
    login.terminal().type("corr");
    REQUIRE(process_table::send(login.daemon(), SIGUSR1));
    CHECK(login.shows("autossh: waiting"));
    CHECK(login.answers(question, right, 2));
    CHECK(login.returns(0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a shell that ends at once, as nobody can type, is told with the remedy")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TerminalLogin login(sshd, {"-M", "0", "-f", "-L", forwarding(free_port_pair(), sshd.port())});
    INFO(login.log().text());
    CHECK(login.returns(1));
    CHECK(
        login.shows(": the shell on the server has ended (ssh exited 0); remedy: add -N for forwards alone"));
    CHECK(login.process().wait_until_nothing_left());
    CHECK(login.log().count("]: starting ssh (count ") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Log-in at the terminal: a session without -N that stays is left in the background")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("ForceCommand sleep 5");
    const TerminalLogin login(sshd, {"-M", "0", "-f", "-L", forwarding(free_port_pair(), sshd.port())});
    CHECK(login.returns(0));
    CHECK(login.ends());
    check_nothing_left(sshd);
}
