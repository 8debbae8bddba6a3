// Manual, "How ssh is started": where among the user's words what is added stands.
#include "autossh/ssh/words.hpp"

#include "autossh/heartbeat/loop.hpp"
#include "autossh/ssh/choices.hpp"
#include "support/catch.hpp"

using namespace autossh;

namespace {

using Arguments = std::vector<std::string>;

Command ssh_with(Arguments words)
{
    words.insert(words.begin(), "ssh");
    return {"ssh", words};
}

/// The command line of an ssh with these words, to which a timeout and what `must_win` are added.
Arguments started(const Arguments& words, const Arguments& must_win = {}, const Arguments& loop = {})
{
    SshPlan plan;
    plan.additions = {{{"-o", "ConnectTimeout=20"}, ""}};
    if (!must_win.empty())
        plan.additions.push_back({must_win, "", true});
    const Command command = command_for(ssh_with(words), plan, loop);
    CHECK(command.file == "ssh");
    return {command.arguments.begin() + 1, command.arguments.end()};
}

std::vector<Addition> settled(const Arguments& option, const Arguments& words)
{
    std::vector<Addition> added{{option, ""}};
    settle_places(added, choices_of(std::span(words)));
    return added;
}

}  // namespace

TEST_CASE("How ssh is started: what is added stands directly before the destination")
{
    struct Row {
        Arguments words;
        Arguments expected;
    };
    const Row rows[] = {
        {{"h"}, {"-o", "ConnectTimeout=20", "h"}},
        {{"-N", "-R", "7001:a:22", "h"}, {"-N", "-R", "7001:a:22", "-o", "ConnectTimeout=20", "h"}},
        {{"-NR7001:a:22", "h"}, {"-NR7001:a:22", "-o", "ConnectTimeout=20", "h"}},
        {{"-N", "h", "-L", "1:a:2"}, {"-N", "-o", "ConnectTimeout=20", "h", "-L", "1:a:2"}},
        {{"-p", "h", "h", "ls", "-p"}, {"-p", "h", "-o", "ConnectTimeout=20", "h", "ls", "-p"}},
        {{"-N", "--", "h"}, {"-N", "-o", "ConnectTimeout=20", "--", "h"}},
        {{"--", "-h", "ls"}, {"-o", "ConnectTimeout=20", "--", "-h", "ls"}},
        {{"h", "--", "-x"}, {"-o", "ConnectTimeout=20", "h", "--", "-x"}},
        {{"-"}, {"-o", "ConnectTimeout=20", "-"}},
        {{"-p", "--", "h"}, {"-p", "--", "-o", "ConnectTimeout=20", "h"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(started(row.words) == row.expected);
    }
}

TEST_CASE("How ssh is started: what must win stands in front, and the loop of -M auto behind the rest")
{
    CHECK(started({"-N", "h", "ls"}, {"-E", "/d/log"}, loop_words("/d", 20001)) ==
          Arguments{"-E", "/d/log", "-N", "-o", "ConnectTimeout=20", "-L", "/d/out:127.0.0.1:20001", "-R",
                    "127.0.0.1:20001:/d/in", "h", "ls"});
    const Command ssh = ssh_with({"-N", "h"});
    CHECK(command_for(ssh, SshPlan{}, {}).arguments == ssh.arguments);
}

TEST_CASE("How ssh is started: an addition must win where the user's words speak of its option")
{
    struct Row {
        Arguments addition;
        Arguments words;
        bool must_win;
    };
    const Row rows[] = {
        {{"-o", "LogLevel=DEBUG1"}, {"-N", "h"}, false},
        {{"-o", "LogLevel=DEBUG1"}, {"-N", "-ologlevel error", "h"}, true},
        {{"-o", "LogLevel=DEBUG1"}, {"h", "-o", "LogLevel=ERROR"}, true},
        {{"-o", "LogLevel=DEBUG1"}, {"h", "ls", "-o", "LogLevel=ERROR"}, false},
        {{"-E", "/d/log"}, {"-N", "-o", "LogLevel=ERROR", "h"}, false},
        {{"-o", "ExitOnForwardFailure=no"}, {"-o", "ExitOnForwardFailure=yes", "h"}, true},
        {{"-o", "ControlPath=none", "-o", "ControlMaster=no"}, {"-N", "h"}, false},
        {{"-o", "ControlPath=none", "-o", "ControlMaster=no"}, {"-M", "h"}, true},
        {{"-o", "ControlPath=none", "-o", "ControlMaster=no"}, {"-S", "none", "h"}, true},
        {{"-o", "ControlPath=none", "-o", "ControlMaster=no"}, {"-o", "ControlMaster=no", "h"}, true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.addition, row.words);
        CHECK(settled(row.addition, row.words).front().must_win == row.must_win);
    }
}

TEST_CASE("How ssh is started: -q is carried out by us, and is no word of ssh's any more")
{
    SshPlan quiet;
    quiet.additions = {{{"-o", "LogLevel=DEBUG1"}, ""}};
    quiet.dropped.quiet = true;
    const Command ssh = ssh_with({"-qN4q", "-b", "-q", "server", "-q", "tee", "-q"});
    CHECK(command_for(ssh, quiet, {}).arguments ==
          Arguments{"ssh", "-N4", "-b", "-q", "-o", "LogLevel=DEBUG1", "server", "tee", "-q"});
}

TEST_CASE("How ssh is started: the words of one start")
{
    const std::vector<Addition> added{
        {{"-o", "ConnectTimeout=20"}, ""},
        {{"-o", "ServerAliveInterval=10"}, ""},
        {{"-o", "ControlMaster=yes", "-o", "ControlPath=/d/control", "-o", "ControlPersist=no"}, ""},
        {{"-o", "LogLevel=DEBUG1"}, "", true}};
    CHECK(words_for_ssh(added, {}, false) ==
          Arguments{"-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=10", "-o", "ControlMaster=yes",
                    "-o", "ControlPath=/d/control", "-o", "ControlPersist=no"});
    CHECK(words_for_ssh(added, {}, true) == Arguments{"-o", "LogLevel=DEBUG1"});
    StartTerms terms;
    terms.for_greeting = 4;
    terms.for_answers = 5;
    terms.has_control_line = false;
    terms.we_end_ssh = true;
    CHECK(words_for_ssh(added, terms, false) == Arguments{"-o", "ConnectTimeout=80", "-o",
                                                          "ServerAliveInterval=50", "-o", "ControlPath=none",
                                                          "-o", "ControlMaster=no"});
    CHECK(words_for_ssh(added, terms, true) ==
          Arguments{"-o", "LogLevel=DEBUG1", "-o", "ExitOnForwardFailure=no"});
}
