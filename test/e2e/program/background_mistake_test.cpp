// Manual, "Background": a mistake in ssh's options or configuration, which only ssh can find.
#include "e2e/support/autossh.hpp"
#include "e2e/support/terminal_login.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>

using namespace autossh_test;

namespace {

constexpr const char* bogus =
    "ssh refuses its options or configuration: command-line: line 0: Bad configuration "
    "option: bogus\n";

}  // namespace

TEST_CASE("Background: a mistake in ssh's options is told at the terminal, and ends autossh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("BatchMode no");
    const TerminalLogin login(sshd, {"-M", "0", "-fN", "-o", "Bogus=1"});
    CHECK(login.returns(1));
    const std::string shown =
        "ssh refuses its options or configuration: command-line: line 0: Bad configuration option: bogus";
    CHECK(login.shows(shown));
    CHECK(login.times_shown(shown) == 1);
    CHECK(login.log().count(bogus) == 1);
    CHECK(login.log().count("]: starting ssh (") == 0);
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("Background: without a terminal a mistake in ssh's options is told, and tried again as in 1.4g")
{
    const auto [options, complaint] = GENERATE(table<std::vector<std::string>, std::string>(
        {{{"-o", "Bogus=1"}, bogus},
         {{"-i", "/no_such_key", "-o", "Bogus=1"}, bogus},
         {{"-F", "no_such_config"},
          "ssh refuses its options or configuration: Can't open user config file no_such_config: No such "
          "file or directory\n"}}));
    std::vector<std::string> words{tested_autossh(), "-M", "0", "-fN"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("server");
    const LogFile log;
    const Process autossh({.arguments = words, .changes = quick(log)});
    CHECK(autossh.wait_for_exit() == exited(0));
    CHECK(autossh.errors().find(complaint) != std::string::npos);
    CHECK(log.wait_for("]: starting ssh (count 2)\n"));
    CHECK(log.count(complaint) == 1);
    CHECK(process_table::send(log.autossh_pid(), SIGTERM));
    CHECK(autossh.wait_until_nothing_left());
}
