#include "autossh/program/explain.hpp"

#include "autossh/base/text.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/table.hpp"
#include "support/catch.hpp"
#include "unit/base/variables.hpp"
#include "unit/ssh/ssh_answer.hpp"

using namespace autossh;
using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

Settings settings_of(const Words& arguments, const Variables& variables = {})
{
    Settings settings;
    read_environment(environment_of(variables), settings);
    CHECK((read_command_line(arguments, settings) == Action::explain));
    settle_poll_times(settings);
    settle_net_timeout(settings.tunnel);
    return settings;
}

bool has_line(const std::string& text, const std::string& line)
{
    return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("Explain: the whole text")
{
    const Settings settings = settings_of({"--explain", "--poll=20", "-f", "-N", "two words"},
                                          {{"AUTOSSH_POLL", "60"}, {"AUTOSSH_KILLTIME", "7"}});
    const std::vector<Addition> added{{{"-o", "ServerAliveInterval=10"}, "reason one"},
                                      {{"-E", "/a pipe"}, "reason two"}};
    const Words argv{"/usr/bin/ssh", "-o", "ServerAliveInterval=10", "-E", "/a pipe", "-N", "two words"};
    CHECK(explain({settings, argv, added, config_with(), "", {true, false}, true, {}}) == R"(Runs:
    /usr/bin/ssh -o ServerAliveInterval=10 -E '/a pipe' -N 'two words'

Added to your words:
    -o ServerAliveInterval=10  reason one
    -E '/a pipe'               reason two

Times of autossh:
    monitor port     auto      default
    poll             20 s      --poll
    test interval    20 s      --poll
    longest wait     20 s      --poll
    net timeout      10 s      half the poll time
    gate time        0 s       -f
    connect timeout  no limit  default where somebody may be asked
    kill time        7 s       AUTOSSH_KILLTIME
    max lifetime     no limit  default

Times of ssh:
    ConnectTimeout       none  OpenSSH's default
    ServerAliveInterval  10 s  added
    ServerAliveCountMax  3     OpenSSH's default
    dead connection      40 s  noticed by ssh, at the latest

A question of ssh's (a password, a host key) is answered on the terminal.
)");
}

TEST_CASE("Explain: where the times of ssh come from, and that they may be unknown")
{
    const Settings settings = settings_of({"-M", "20000:7", "--explain", "h"});
    const Words argv{"ssh", "-oServerAliveInterval=0", "h"};
    const auto config = config_with({{"connecttimeout", "5"}});
    const std::string known = explain({settings, argv, {}, config, "", {false, true}});
    CHECK(has_line(known, "    nothing"));
    CHECK(has_line(known, "    monitor port     20000:7   -M"));
    CHECK(has_line(known, "    ServerAliveInterval  none   ssh's command line"));
    CHECK(has_line(known, "    ConnectTimeout       5 s    ssh's configuration"));
    CHECK(has_line(known, "    dead connection      never  noticed by ssh: ServerAliveInterval is not set"));
    CHECK(
        has_line(known, "A question of ssh's (a password, a host key) is answered by the askpass program."));

    const std::string doubt = "nothing is added: /usr/bin/dbclient is not named ssh";
    const std::string unknown = explain({settings, argv, {}, std::nullopt, doubt, {}});
    CHECK(has_line(unknown, "    " + doubt));
    CHECK(has_line(unknown, "    ConnectTimeout       ?  unknown: ssh has not told"));
    CHECK(has_line(unknown, "    dead connection      ?  noticed by ssh: unknown"));
    CHECK(has_line(unknown, "A question of ssh's (a password, a host key) is answered by nobody."));
}

TEST_CASE("Explain: the secrets, in the order in which they are tried, with their sources")
{
    const Settings settings = settings_of(
        {"--explain", "--secret-for", "j@jump=command:pass show 'the jump'", "--secret-fd=3",
         "--secret-for=*/id=prompt", "h"},
        {{"AUTOSSH_SECRETFOR", "u@h=credential:pw\n*/old=fd:4"}, {"AUTOSSH_SECRETFILE", "/etc/secret"}});
    const std::string text = explain({settings, {"ssh", "h"}, {}, config_with(), "", {.secrets = true}});
    CHECK(text.ends_with(R"(
Secrets:
    */id                       what was typed at the start  --secret-for
    j@jump                     the command pass             --secret-for
    */old                      file descriptor 4            AUTOSSH_SECRETFOR
    u@h                        the credential pw            AUTOSSH_SECRETFOR
    whatever no pattern names  file descriptor 3            --secret-fd

A question of ssh's that no secret answers (a host key) is answered by nobody.
)"));

    const Settings by_variable = settings_of({"--explain", "h"}, {{"AUTOSSH_SECRETFILE", "/etc/secret"}});
    CHECK(has_line(explain({by_variable, {"ssh", "h"}, {}, config_with(), "", {.secrets = true}}),
                   "    whatever no pattern names  the file /etc/secret  AUTOSSH_SECRETFILE"));
    CHECK(explain({settings_of({"--explain", "h"}), {"ssh", "h"}, {}, config_with(), "", {}})
              .find("Secrets:") == std::string::npos);
}

TEST_CASE("Explain: where the connection is shared, and why it is not")
{
    const auto text_with = [](const Settings& settings, const Offer& offer) {
        return explain({settings, {"ssh", "h"}, {}, config_with(), "", {}, false, std::nullopt, offer});
    };
    const Settings shared = settings_of({"--explain", "--share", "-N", "h"});
    CHECK(has_line(text_with(shared, {.path = "/h/cm", .mistake = "", .reason_against = ""}),
                   "Shared with other ssh:\n    at  /h/cm  --share"));
    CHECK(has_line(text_with(shared, {.path = "", .mistake = "", .reason_against = "a reason"}),
                   "Shared with other ssh:\n    not: a reason"));
    CHECK(text_with(settings_of({"--explain", "h"}), {}).find("Shared") == std::string::npos);
}

TEST_CASE("Explain: who answers ssh's questions")
{
    const Settings settings = settings_of({"--explain", "h"});
    const auto answered = [&](const Askable& askable, const std::string& batch_mode = "no") {
        const auto config = config_with({{"batchmode", batch_mode}});
        const std::string text = explain({settings, {"ssh", "h"}, {}, config, "", askable});
        const std::size_t at = text.rfind("\n\n") + 2;
        return text.substr(at, text.size() - at - 1);
    };
    const std::string any = "A question of ssh's (a password, a host key) is answered ";
    const std::string other = "A question of ssh's that no secret answers (a host key) is answered ";
    CHECK(answered({}) == any + "by nobody.");
    CHECK(answered({.askpass = true}) == any + "by the askpass program.");
    CHECK(answered({.terminal = true, .askpass = true}) == any + "on the terminal.");
    CHECK(answered({.caller = true}) ==
          any + "on the terminal until ssh has first logged in, later by nobody.");
    CHECK(answered({.askpass = true, .caller = true}) ==
          any + "on the terminal until ssh has first logged in, later by the askpass program.");
    CHECK(answered({.askpass = true, .secrets = true}) == other + "by nobody.");
    CHECK(answered({.terminal = true, .secrets = true}) == other + "on the terminal.");
    CHECK(answered({.askpass = true, .secrets = true, .caller = true}) ==
          other + "on the terminal until ssh has first logged in, later by nobody.");
    CHECK(answered({.terminal = true, .secrets = true}, "yes") == "ssh asks no question: BatchMode is set.");
}

TEST_CASE("Explain: a poll time that the lifetime lowers")
{
    const Settings settings = settings_of({"-M0", "--explain", "--connect-timeout", "1500ms", "h"},
                                          {{"AUTOSSH_MAXLIFETIME", "50"}, {"AUTOSSH_FIRST_POLL", "50"}});
    const std::string text =
        explain({settings, {"ssh", "h"}, {}, std::nullopt, "", {}, true, Duration(1500)});
    CHECK(has_line(text, "    monitor port     none     -M"));
    CHECK(has_line(text, "    poll             50 s     default, lowered to the max lifetime"));
    CHECK(has_line(text, "    first poll       50 s     AUTOSSH_FIRST_POLL"));
    CHECK(has_line(text, "    connect timeout  1500 ms  --connect-timeout"));
    CHECK(has_line(text, "    max lifetime     50 s     AUTOSSH_MAXLIFETIME"));
}

TEST_CASE("Explain: the limit of the log-in and what decides on it")
{
    const auto limit = [](Words words, bool heard, std::optional<Duration> in_effect) {
        words.insert(words.begin(), "--explain");
        const Settings settings = settings_of(words);
        const std::string text =
            explain({settings, {"ssh", "h"}, {}, std::nullopt, "", {}, heard, in_effect});
        const std::size_t at = text.find("    connect timeout");
        return text.substr(at, text.find('\n', at) - at);
    };
    CHECK(limit({"h"}, true, std::chrono::seconds(60)) ==
          "    connect timeout  60 s      default where nobody can be asked");
    CHECK(limit({"h"}, true, {}) == "    connect timeout  no limit  default where somebody may be asked");
    CHECK(limit({"--connect-timeout=0", "h"}, true, {}) ==
          "    connect timeout  no limit  --connect-timeout");
    CHECK(limit({"--connect-timeout=5", "h"}, false, {}) ==
          "    connect timeout  no limit  the log-in cannot be heard");
}

TEST_CASE("Explain: words are quoted as the shell needs it")
{
    CHECK(shell_quoted(Words{}).empty());
    CHECK(shell_quoted(Words{"a b"}) == "'a b'");
    CHECK(shell_quoted(Words{"ssh", "", "-oA=b", "u@h:1,%_+-./"}) == "ssh '' -oA=b u@h:1,%_+-./");
    CHECK(shell_quoted(Words{"a=b", "a=b", "=b"}) == "'a=b' a=b '=b'");
    CHECK(shell_quoted(Words{"it's"}) == "'it'\\''s'");
    CHECK(shell_quoted(Words{"~", "$x", "`", "\n", "*", "\xc3\xa4", "a\\"}) ==
          "'~' '$x' '`' '\n' '*' '\xc3\xa4' 'a\\'");
}
