// -f at a terminal: what a server says beside its question.
#include "e2e/support/secrets.hpp"
#include "e2e/support/terminal_login.hpp"

#include <filesystem>

using namespace autossh_test;

TEST_CASE("Log-in at the terminal: the name and the instruction of a server stand before its question")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_client("BatchMode no");
    std::filesystem::create_directory(sshd.directory() / "bin");
    // As readpass.c and sshconnect2.c of OpenSSH do it.
    const std::string ssh = script_file(sshd, "bin/ssh",
                                        "case $1 in -V | -G) exec /usr/bin/ssh \"$@\" ;; esac\n"
                                        "while [ $# -gt 0 ]; do [ \"$1\" != -E ] || log=$2; shift; done\n"
                                        "printf 'Welcome to \\033[31mgw\\r\\n' >>\"$log\"\n"
                                        "printf 'Type the code of today.\\r\\n' >>\"$log\"\n"
                                        "\"$SSH_ASKPASS\" '(tunnel@server) Code: ' >\"$0.answer\"\n"
                                        "sleep 1000\n");
    const TerminalLogin login(sshd, {"-M", "0", "-fN"}, {{"AUTOSSH_PATH", ssh}, {"AUTOSSH_PLAIN", "no"}});
    REQUIRE(
        login.answers("Welcome to \\x1b[31mgw\r\nType the code of today.\r\n(tunnel@server) Code: ", "4711"));
    CHECK(wait_until([&] { return read_file(ssh + ".answer").starts_with("4711"); }));
    login.terminal().type("\x03");
    CHECK(login.process().wait_until_nothing_left());
    check_nothing_left(sshd);
}
