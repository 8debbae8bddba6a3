#include "autossh/ssh/additions.hpp"

#include "support/catch.hpp"
#include "unit/ssh/ssh_answer.hpp"

using namespace autossh;
using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;
using Changes = std::map<std::string, std::string>;

constexpr Askable somebody{true, false};
const std::string alive = "ServerAliveInterval=10 ServerAliveCountMax=3 ";
const std::string timeout = "ConnectTimeout=20 ";
const std::string no_sharing = "ControlPath=none ControlMaster=no ";

/// The added words but "-o", each followed by a space.
std::string text_of(const std::vector<Addition>& added)
{
    std::string text;
    for (const Addition& addition : added) {
        CHECK_FALSE(addition.reason.empty());
        for (const std::string& word : addition.words)
            text += word == "-o" ? "" : word + " ";
    }
    return text;
}

std::string defaults(const Words& words, const Changes& changes = {}, const Askable& askable = somebody)
{
    return text_of(better_defaults(choices_of(words), config_with(changes), askable));
}

std::string hearing(const Words& words, const Changes& changes = {})
{
    const SshChoices choices = choices_of(words);
    const SshConfig config = config_with(changes);
    return text_of(listening(choices, config, "/pipe")) +
           (login_is_heard(choices, config) ? "heard" : "deaf");
}

bool has_terminal(const Words& words, const Changes& changes = {})
{
    return has_remote_terminal(choices_of(words), config_with(changes));
}

}  // namespace

TEST_CASE("What is added: the better defaults, where OpenSSH's own are left")
{
    CHECK(defaults({"h"}) == alive + timeout + no_sharing);
    CHECK(defaults({"h"}, {{"serveraliveinterval", "30"}}) == timeout + no_sharing);
    CHECK(defaults({"h"}, {{"serveralivecountmax", "5"}}) ==
          "ServerAliveInterval=10 " + timeout + no_sharing);
    for (const char* none : {"none", "0", "-1", ""})
        CHECK(defaults({"h"}, {{"connecttimeout", none}}) == alive + timeout + no_sharing);
    CHECK(defaults({"h"}, {{"connecttimeout", "7"}}) == alive + no_sharing);
}

TEST_CASE("What is added: the keepalives of Debian's ssh with BatchMode are a default, too")
{
    const Changes debian{{"batchmode", "yes"}, {"serveraliveinterval", "300"}};
    CHECK(defaults({"h"}, debian) == alive + timeout + no_sharing);
    CHECK(defaults({"h"}, debian, {false, false}) == alive + timeout + no_sharing);
    CHECK(defaults({"-oServerAliveInterval=300", "h"}, debian) == timeout + no_sharing);
    CHECK(defaults({"h"}, {{"serveraliveinterval", "300"}}) == timeout + no_sharing);
}

TEST_CASE("What is added: an option that the command line names is never added, whatever its value")
{
    CHECK(defaults({"-oServerAliveInterval=0", "h"}) == timeout + no_sharing);
    CHECK(defaults({"-o", "serveralivecountmax 3", "h"}) == "ServerAliveInterval=10 " + timeout + no_sharing);
    CHECK(defaults({"h", "-oConnectTimeout=none"}) == alive + no_sharing);
    CHECK(defaults({"-oBatchMode=no", "h"}, {}, {}) == alive + timeout + no_sharing);
    CHECK(defaults({"h", "cmd", "-oConnectTimeout=none"}) == alive + timeout + no_sharing);
}

TEST_CASE("What is added: no limit for the jump host's questions, where somebody answers them")
{
    const Changes behind_jump{{"proxyjump", "jump"}};
    CHECK(defaults({"host"}, behind_jump).find("ConnectTimeout") == std::string::npos);
    CHECK(defaults({"host"}, behind_jump, Askable{.secrets = true}).find("ConnectTimeout") ==
          std::string::npos);
    CHECK(defaults({"host"}, behind_jump, Askable{}).find("ConnectTimeout=20") != std::string::npos);
}

TEST_CASE("What is added: ssh stays in the foreground, whatever its configuration says")
{
    CHECK(defaults({"host"}, {{"forkafterauthentication", "yes"}}).find("ForkAfterAuthentication=no") !=
          std::string::npos);
    CHECK(defaults({"host"}, {{"forkafterauthentication", "no"}}).find("ForkAfterAuthentication") ==
          std::string::npos);
}

TEST_CASE("What is added: no shared connection, unless the command line asks for one")
{
    const std::string path = "/home/u/.ssh/s";
    struct Row {
        Words words;
        std::string path;  ///< that ssh will use, by its own answer; empty: none
        bool shared;
    };
    const Row rows[] = {
        {{"h"}, path, false},
        {{"-oControlPersist=no", "h"}, path, false},
        {{"-S", "none", "h"}, "", false},
        {{"-oControlPath=none", "h"}, "none", false},
        {{"-M", "h"}, path, true},
        {{"-M", "h"}, "", false},
        {{"-S/x", "h"}, "/x", true},
        {{"-oControlPath=/x", "h"}, "/x", true},
        {{"-oControlMaster=no", "h"}, path, true},
        {{"-oControlMaster=no", "h"}, "", false},
        {{"-oControlMaster=auto", "h"}, "none", false},
        {{"-oControlPersist=yes", "h"}, path, true},
        {{"-oControlPersist=yes", "h"}, "", false},
        {{"-Oexit", "h"}, path, true},
        {{"-Oexit", "h"}, "", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words, row.path);
        const Changes changes{{"controlpath", row.path}, {"controlmaster", "auto"}};
        CHECK(is_shared(choices_of(row.words), config_with(changes)) == row.shared);
        CHECK(defaults(row.words, changes) == alive + timeout + (row.shared ? "" : no_sharing));
        CHECK(login_is_heard(choices_of(row.words), config_with(changes)) != row.shared);
    }
}

TEST_CASE("What is added: BatchMode, where nobody can answer")
{
    const std::string others = alive + timeout + no_sharing;
    CHECK(defaults({"h"}, {}, {false, false}) == others + "BatchMode=yes ");
    CHECK(defaults({"h"}, {}, {true, false}) == others);
    CHECK(defaults({"h"}, {}, {false, true}) == others);
}

TEST_CASE("What is added: to hear ssh, a file for its log and a level, where the user's is too low")
{
    struct Row {
        Words words;
        std::string level;
        std::string result;
    };
    const Row rows[] = {
        {{"h"}, "INFO", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"-E", "log", "h"}, "INFO", "deaf"},
        {{"-vElog", "h"}, "DEBUG", "deaf"},
        {{"-y", "h"}, "INFO", "deaf"},
        {{"-v", "h"}, "DEBUG", "-E /pipe heard"},
        {{"-vvv", "h"}, "DEBUG3", "-E /pipe heard"},
        {{"-qN", "h"}, "SILENT", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"-qN", "h"}, "QUIET", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"-q", "h"}, "QUIET", "-E /pipe deaf"},  // the banner would be seen
        {{"-q", "h", "cmd"}, "QUIET", "-E /pipe deaf"},
        {{"-qWa:1", "h"}, "QUIET", "-E /pipe deaf"},
        {{"-vq", "h"}, "SILENT", "-E /pipe deaf"},
        {{"-oLogLevel=INFO", "h"}, "INFO", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"-oLogLevel=VERBOSE", "h"}, "VERBOSE", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"-N", "h"}, "ERROR", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"h"}, "ERROR", "-E /pipe deaf"},
        {{"h"}, "VERBOSE", "-E /pipe LogLevel=DEBUG1 heard"},
        {{"h"}, "DEBUG1", "-E /pipe heard"},
        {{"h"}, "", "-E /pipe deaf"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CAPTURE(row.level);
        CHECK(hearing(row.words, {{"loglevel", row.level}}) == row.result);
    }
}

TEST_CASE("What is added: with a terminal behind a proxy, the level at which ssh tells of ~.")
{
    const Changes behind{{"loglevel", "INFO"}, {"proxycommand", "nc %h %p"}};
    CHECK(hearing({"h"}, behind) == "-E /pipe LogLevel=DEBUG2 heard");
    CHECK(hearing({"h", "command"}, behind) == "-E /pipe LogLevel=DEBUG1 heard");
    CHECK(hearing({"-N", "h"}, behind) == "-E /pipe LogLevel=DEBUG1 heard");
    CHECK(hearing({"-v", "h"}, {{"loglevel", "DEBUG"}, {"proxycommand", "nc %h %p"}}) == "-E /pipe heard");
    CHECK(hearing({"h"}, {{"loglevel", "INFO"}, {"proxyjump", "gate"}}) == "-E /pipe LogLevel=DEBUG2 heard");
}

TEST_CASE("a terminal on the server: by RequestTTY, and without a command by itself")
{
    CHECK(has_terminal({"h"}));
    CHECK(has_terminal({"h"}, {{"requesttty", ""}, {"sessiontype", ""}, {"escapechar", ""}}));
    CHECK_FALSE(has_terminal({"h", "cmd"}));
    CHECK_FALSE(has_terminal({"h"}, {{"remotecommand", "top"}}));
    CHECK(has_terminal({"h"}, {{"remotecommand", "none"}}));
    CHECK(has_terminal({"-t", "h", "cmd"}, {{"requesttty", "true"}}));
    CHECK(has_terminal({"h", "cmd"}, {{"requesttty", "yes"}}));
    CHECK(has_terminal({"-ttn", "h", "cmd"}, {{"requesttty", "force"}, {"stdinnull", "yes"}}));
    CHECK_FALSE(has_terminal({"-n", "h"}, {{"stdinnull", "yes"}}));
    CHECK_FALSE(has_terminal({"-T", "h"}, {{"requesttty", "false"}}));
    CHECK_FALSE(has_terminal({"h"}, {{"requesttty", "no"}}));
    CHECK_FALSE(has_terminal({"-e", "none", "h"}, {{"escapechar", "none"}}));
    CHECK_FALSE(has_terminal({"h"}, {{"sessiontype", "subsystem"}}));
    for (const Words& words : {Words{"-N", "h"}, Words{"-Wa:1", "h"}, Words{"-Ocheck", "h"}})
        CHECK_FALSE(has_terminal(words, {{"requesttty", "force"}}));
    CHECK_FALSE(has_terminal({"h"}, {{"sessiontype", "none"}, {"requesttty", "force"}}));
}
