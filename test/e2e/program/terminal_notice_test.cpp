// Manual, "Interactive use": what a person at a terminal is told, and what not.
#include "e2e/support/server.hpp"
#include "e2e/support/shell.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>

using namespace autossh_test;

namespace {

/// Gives back each line that is typed, then leaves the cursor in the middle of one.
constexpr const char* with_prompt = "printf 'remote ready\\nremote> '\n"
                                    "while read -r line; do printf 'remote got %s.\\nremote> ' \"$line\"; "
                                    "done\n";

/// What the terminal shows, line by line. Staircase: a line feed without a carriage return.
std::vector<std::string> lines_on(const PseudoTerminal& terminal)
{
    std::istringstream text(terminal.shown());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

/// How many lines begin with these words.
int lines_with(const PseudoTerminal& terminal, const std::string& beginning)
{
    const auto lines = lines_on(terminal);
    return static_cast<int>(std::count_if(
        lines.begin(), lines.end(), [&](const std::string& line) { return line.starts_with(beginning); }));
}

/// Every notice has a line of its own, from its beginning on, and none makes a staircase.
void check_notices_stand_alone(const PseudoTerminal& terminal)
{
    INFO(terminal.shown());
    CHECK(terminal.times_shown("autossh: ") == lines_with(terminal, "autossh: "));
    const auto lines = lines_on(terminal);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!lines[i].starts_with("autossh: "))
            continue;
        CHECK(lines[i].ends_with('\r'));
        CHECK((i == 0 || lines[i - 1].ends_with('\r')));
    }
}

bool shown_in_order(const PseudoTerminal& terminal, const std::vector<std::string>& words)
{
    const std::string all = terminal.shown();
    std::size_t at = 0;
    for (const std::string& word : words) {
        at = all.find(word, at);
        if (at == std::string::npos)
            return false;
    }
    return true;
}

void end(const Shell& shell)
{
    CHECK(process_table::send(shell.log().autossh_pid(), SIGTERM));
    CHECK(shell.shows_status(1));
    CHECK(shell.leaves());
}

}  // namespace

TEST_CASE("Notices: a session that breaks says so on the terminal, and comes back in it")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, with_prompt);
    REQUIRE(shell.log().wait_for("]: up: "));

    sshd.signal_sessions(SIGKILL);
    REQUIRE(shell.terminal().wait_for_text("autossh: down after "));
    REQUIRE(shell.log().wait_for("]: up again after "));
    CHECK(wait_until([&] { return shell.terminal().is_raw(); }));
    shell.enter("again");
    CHECK(shell.terminal().wait_for_text("remote got again."));

    check_notices_stand_alone(shell.terminal());
    CHECK(lines_with(shell.terminal(), "autossh: ") == 1);
    CHECK(shell.terminal().times_shown("; trying again at once\r") == 1);
    // The terminal turned the line's end into its own: it was not raw any more.
    CHECK(shell.terminal().times_shown("trying again at once\r\r\n") == 1);
    end(shell);
    check_nothing_left(sshd);
}

TEST_CASE("Notices: an ssh that is killed in the middle of a line leaves the notice a line of its own")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Shell shell;
    shell.run(sshd, with_prompt);
    REQUIRE(shell.log().wait_for("]: up: "));
    REQUIRE(shell.terminal().wait_for_text("remote> "));

    CHECK(process_table::send(shell.log().ssh_pid(), SIGKILL));
    REQUIRE(shell.terminal().wait_for_text(": ssh was killed by signal 9; trying again at once\r"));
    REQUIRE(shell.log().wait_for("]: up again after "));
    check_notices_stand_alone(shell.terminal());
    CHECK(shell.terminal().times_shown("trying again at once\r\r\n") == 1);
    end(shell);
    check_nothing_left(sshd);
}

TEST_CASE("Notices: words that ssh said long ago do not mean that the cursor is at the margin")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    const Server other;
    Shell shell;
    shell.run(
        sshd, with_prompt,
        {"-M", "0", "-t", "-o", "ExitOnForwardFailure=no", "-R", "127.0.0.1:" + forwarding(other.port(), 9)});
    REQUIRE(shell.log().wait_for("]: degraded: "));
    REQUIRE(shell.terminal().wait_for_text("Warning: remote port forwarding failed"));
    shell.enter("more");
    REQUIRE(shell.terminal().wait_for_text("remote got more."));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));  // long ago: not just before ssh has ended

    CHECK(process_table::send(shell.log().ssh_pid(), SIGKILL));
    REQUIRE(shell.terminal().wait_for_text("autossh: down after "));
    check_notices_stand_alone(shell.terminal());
    end(shell);
    check_nothing_left(sshd);
}

TEST_CASE("Notices: a give-up is told below ssh's own words, which are shown once")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    sshd.stop();
    const Shell shell(Environment{{"AUTOSSH_GATETIME", "30"}});
    shell.start(sshd, {"-M", "0", "-t"});

    const std::string refused =
        fmt::format("connect to host 127.0.0.1 port {}: Connection refused", sshd.port());
    REQUIRE(shell.terminal().wait_for_text("autossh: gave up after "));
    CHECK(shell.shows_status(1));
    check_notices_stand_alone(shell.terminal());
    CHECK(lines_with(shell.terminal(), "autossh: ") == 2);  // why, and what helps
    CHECK(lines_with(shell.terminal(), "autossh: remedy: ") == 1);
    CHECK(shell.terminal().times_shown(refused) == 1);
    CHECK(shown_in_order(shell.terminal(),
                         {refused, "autossh: gave up after ",
                          fmt::format(": connection refused by 127.0.0.1 port {}", sshd.port())}));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Notices: with -N every state is shown")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Shell shell;
    shell.start(sshd, {"-M", "0", "-N"});
    REQUIRE(shell.terminal().wait_for_text("autossh: up: "));
    CHECK(shown_in_order(shell.terminal(),
                         {"autossh: starting: first start\r", "autossh: connecting: ssh runs, pid ",
                          "autossh: authenticated after ", "autossh: up: logged in to "}));

    sshd.signal_sessions(SIGKILL);
    REQUIRE(shell.terminal().wait_for_text("autossh: up again after "));
    CHECK(shown_in_order(shell.terminal(), {"autossh: down after ", "autossh: starting: start 2\r",
                                            "autossh: connecting: ", "autossh: up again after "}));
    for (const char* once :
         {"autossh: starting: first", "autossh: up: ", "autossh: down ", "autossh: up again "})
        CHECK(lines_with(shell.terminal(), once) == 1);
    check_notices_stand_alone(shell.terminal());
    end(shell);
    check_nothing_left(sshd);
}

TEST_CASE("Notices: a tunnel in the background is not stopped by its notices (stty tostop)")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Shell shell;
    shell.enter("stty tostop");
    shell.start(sshd, {"-M", "0", "-N"}, "", "&");
    CHECK(shell.log().wait_for("]: up: "));
    CHECK(shell.terminal().wait_for_text("autossh: up: "));
    const pid_t autossh = shell.log().autossh_pid();
    CHECK(state_of(autossh) != 'T');
    CHECK(process_table::send(autossh, SIGTERM));
    CHECK(wait_until([&] { return state_of(autossh) == '-'; }));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Notices: a standard error that is no terminal gets none")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string errors = sshd.directory() / "errors";
    const Shell shell;
    shell.start(sshd, {"-M", "0", "-N"}, "", "2>" + errors);
    REQUIRE(shell.log().wait_for("]: up: "));
    sshd.signal_sessions(SIGKILL);
    REQUIRE(shell.log().wait_for("]: up again after "));
    end(shell);
    CHECK(shell.terminal().times_shown("autossh: ") == 0);
    CHECK(read_file(errors).find("autossh: ") == std::string::npos);
    check_nothing_left(sshd);
}

TEST_CASE("Notices: where --debug shows the log, no state is shown twice")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string pid_file = sshd.directory() / "pid";
    const Shell shell;
    shell.start(sshd, {"--debug", "--pid-file", pid_file, "-M", "0", "-N"}, "env -u AUTOSSH_LOGFILE ");
    REQUIRE(shell.terminal().wait_for_text("]: up: "));
    CHECK(lines_with(shell.terminal(), "autossh: ") == 0);
    for (const char* once : {"starting: first start", "connecting: ssh runs", "up: logged in to "})
        CHECK(shell.terminal().times_shown(once) == 1);

    shell.terminal().type("\x03");
    CHECK(shell.terminal().wait_for_text("received signal to exit (2)"));
    CHECK(wait_until([&] { return !std::filesystem::exists(pid_file); }));
    CHECK(shell.leaves());
    check_nothing_left(sshd);
}

TEST_CASE("Notices: on a terminal, ssh may ask its question and wait for the answer")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string known_hosts = sshd.directory() / "no_hosts_yet";
    sshd.configure_client("BatchMode no\nStrictHostKeyChecking ask\nUserKnownHostsFile " + known_hosts);
    const Shell shell;
    shell.start(sshd, {"-M", "0", "-N"});

    REQUIRE(shell.terminal().wait_for_text("Are you sure you want to continue connecting"));
    REQUIRE(shell.log().wait_for("]: ssh child pid is "));
    const pid_t ssh = shell.log().ssh_pid();
    const std::string words = read_file(fmt::format("/proc/{}/cmdline", ssh));
    CHECK(words.find("BatchMode") == std::string::npos);
    shell.enter("yes");
    CHECK(shell.log().wait_for("]: up: logged in to "));
    CHECK(shell.log().ssh_pid() == ssh);
    CHECK(read_file(known_hosts).find("ssh-ed25519") != std::string::npos);
    CHECK(shell.terminal().times_shown("Warning: Permanently added") == 1);
    end(shell);
    check_nothing_left(sshd);
}
