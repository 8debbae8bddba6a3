// Manual, "Command line": what only asks ssh is handed to it.
#include "e2e/support/autossh.hpp"
#include "support/tested_autossh.hpp"

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

Words words_in_order(std::initializer_list<Words> parts)
{
    Words words;
    for (const Words& part : parts)
        words.insert(words.end(), part.begin(), part.end());
    return words;
}

}  // namespace

TEST_CASE("Questions to ssh: its answer and its status, whatever is said to autossh, and no line in the log")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const std::string config = sshd.client_config();
    struct Row {
        Words words;
        Words for_ssh;
        int status;
    };
    const Row rows[] = {
        {{"-G", "-F", config, "server"}, {"-G", "-F", config, "server"}, 0},
        {{"-NF", config, "server", "-G"}, {"-NF", config, "server", "-G"}, 0},
        {{"-G", "-oNoSuchOption=1", "server"}, {"-G", "-oNoSuchOption=1", "server"}, 255},
        {{"-Q", "cipher"}, {"-Q", "cipher"}, 0},
        {{"-Q", "nothing"}, {"-Q", "nothing"}, 255},
        {{"--", "-V"}, {"-V"}, 0},
        {{"--", "-V", "server"}, {"-V", "server"}, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        const Process alone({.arguments = words_in_order({{"ssh"}, row.for_ssh})});
        CHECK(alone.wait_for_exit() == exited(row.status));
        for (const Words& options :
             {Words{}, Words{"-M", "20000"}, Words{"-f", "-M", "0", "--restart", "never"}}) {
            CAPTURE(options);
            const LogFile log;
            const Process ours({.arguments = words_in_order({{tested_autossh()}, options, row.words}),
                                .changes = {{"AUTOSSH_LOGFILE", log.path()}, {"AUTOSSH_NTSERVICE", "yes"}}});
            CHECK(ours.wait_for_exit() == exited(row.status));
            CHECK(ours.output() == alone.output());
            CHECK(ours.errors() == alone.errors());
            CHECK(log.text().empty());
        }
    }
    check_nothing_left(sshd);
}

TEST_CASE("Questions to ssh: an ssh that cannot be executed is told, and -V alone asks autossh")
{
    const Process missing(
        {.arguments = {tested_autossh(), "-G", "server"}, .changes = {{"AUTOSSH_PATH", "/nonexistent/ssh"}}});
    CHECK(missing.wait_for_exit() == exited(1));
    CHECK(missing.errors().find("/nonexistent/ssh: No such file or directory\n") != std::string::npos);
    const Process explained({.arguments = {tested_autossh(), "--explain", "-M", "20000", "-G", "server"}});
    CHECK(explained.wait_for_exit() == exited(0));
    CHECK(explained.output().starts_with("Runs:\n    /usr/bin/ssh -G server\n\nAdded to your words:\n"
                                         "    nothing is added: ssh answers this itself"));
    for (const Words& words : {Words{"-V"}, Words{"-M", "0", "-NV"}, Words{"server", "-V"}}) {
        const Process version({.arguments = words_in_order({{tested_autossh()}, words})});
        CHECK(version.wait_for_exit() == exited(0));
        CHECK(version.output().starts_with("autossh "));
    }
}

TEST_CASE("Questions to ssh: git asks with -G before it gives ssh a port")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string repository = sshd.directory() / "repository";
    run({"git", "init", "-q", "--bare", repository});
    const Process git(
        {.arguments = {"git", "ls-remote", fmt::format("ssh://server:{}{}", sshd.port(), repository)},
         .changes = {{"GIT_SSH_COMMAND", fmt::format("{} --restart never -M 0 -F {}", tested_autossh(),
                                                     sshd.client_config().string())},
                     {"GIT_CONFIG_GLOBAL", "/dev/null"},
                     {"GIT_CONFIG_NOSYSTEM", "1"}}});
    CHECK(git.wait_for_exit() == exited(0));
    CHECK(git.errors().empty());
    check_nothing_left(sshd);
}
