#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

/// AUTOSSH_DEBUG shows the reference's message, which else goes to syslog alone.
Case bad(const std::string& variable, const std::string& value, const std::string& error)
{
    // Debian's reference does not look at AUTOSSH_PORT when there is a -M.
    const std::string words = variable == "AUTOSSH_PORT" ? "host" : "-M 0 host";
    return start_up_error(variable + "=" + value, words, error, {{variable, value}, {"AUTOSSH_DEBUG", ""}});
}

std::vector<Case> bad_cases()
{
    std::vector<Case> cases{
        bad("AUTOSSH_POLL", "0", "invalid poll time \"0\""),
        bad("AUTOSSH_POLL", "abc", "invalid poll time \"abc\""),
        bad("AUTOSSH_POLL", "10x", "invalid poll time \"10x\""),
        bad("AUTOSSH_FIRST_POLL", "0", "invalid first poll time \"0\""),
        bad("AUTOSSH_FIRST_POLL", "abc", "invalid first poll time \"abc\""),
        bad("AUTOSSH_GATETIME", "-1", "invalid gate time \"-1\""),
        bad("AUTOSSH_GATETIME", "abc", "invalid gate time \"abc\""),
        bad("AUTOSSH_MAXSTART", "abc", "invalid max start number \"abc\""),
        bad("AUTOSSH_MAXLIFETIME", "abc", "invalid max lifetime \"abc\""),
        bad("AUTOSSH_LOGLEVEL", "8", "invalid log level \"8\""),
        bad("AUTOSSH_LOGLEVEL", "-1", "invalid log level \"-1\""),
        bad("AUTOSSH_LOGLEVEL", "abc", "invalid log level \"abc\""),
        bad("AUTOSSH_MESSAGE", std::string(65, 'm'), "echo message may only be 64 bytes long"),
        bad("AUTOSSH_PORT", "abc", "invalid port \"abc\""),
        bad("AUTOSSH_PORT", "70000", "monitor port (70000) out of range"),
        bad("AUTOSSH_PORT", "{P}:0", "invalid echo port  \"0\""),
        start_up_error("bad value before the version", "-V", "invalid poll time \"abc\"",
                       {{"AUTOSSH_POLL", "abc"}, {"AUTOSSH_DEBUG", ""}}),
        start_up_error("bad value before a bad option", "-Z", "invalid poll time \"abc\"",
                       {{"AUTOSSH_POLL", "abc"}, {"AUTOSSH_DEBUG", ""}}),
        start_up_error("bad value, without AUTOSSH_DEBUG", "-M 0 host", "invalid poll time \"abc\"",
                       {{"AUTOSSH_POLL", "abc"}}),
    };
    // With AUTOSSH_DEBUG the reference does not look at AUTOSSH_LOGLEVEL.
    for (auto& situation : cases)
        if (situation.environment.contains("AUTOSSH_LOGLEVEL"))
            situation.environment.erase("AUTOSSH_DEBUG");
    return cases;
}

std::vector<Case> good_cases()
{
    return {
        one_start("poll in hex", "-M 0 host", {{"AUTOSSH_POLL", "0x10"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("poll in octal", "-M 0 host", {{"AUTOSSH_POLL", "010"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("negative poll", "-M 0 host", {{"AUTOSSH_POLL", "-5"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("short poll", "-M 0 host", {{"AUTOSSH_POLL", "7"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("poll of 30 s", "-M 0 host", {{"AUTOSSH_POLL", "30"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("poll of 29 s", "-M 0 host", {{"AUTOSSH_POLL", "29"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("negative first poll", "-M 0 host", {{"AUTOSSH_FIRST_POLL", "-1"}}),
        one_start("first poll", "-M 0 host", {{"AUTOSSH_FIRST_POLL", "3"}}),
        one_start("negative lifetime", "-M 0 host", {{"AUTOSSH_MAXLIFETIME", "-1"}}),
        one_start("a message of 64 bytes", "-M 0 host", {{"AUTOSSH_MESSAGE", std::string(64, 'm')}}),
        one_start("level 0", "-M 0 host", {{"AUTOSSH_LOGLEVEL", "0"}}),
        one_start("level 3", "-M 0 host", {{"AUTOSSH_LOGLEVEL", "3"}}),
        one_start("level 5", "-M 0 host", {{"AUTOSSH_LOGLEVEL", "5"}}),
        one_start("level 7", "-M 0 host", {{"AUTOSSH_LOGLEVEL", "7"}}),
        one_start("level in hex", "-M 0 host", {{"AUTOSSH_LOGLEVEL", "0x7"}}),
        one_start("level 8 with AUTOSSH_DEBUG", "-M 0 host",
                  {{"AUTOSSH_LOGLEVEL", "8"}, {"AUTOSSH_DEBUG", ""}}),
        one_start("AUTOSSH_DEBUG beats the level", "-M 0 host",
                  {{"AUTOSSH_LOGLEVEL", "1"}, {"AUTOSSH_DEBUG", ""}}),
        one_start("unused variable", "-M 0 host", {{"AUTOSSH_UNKNOWN", "x"}}),
        one_start("NTSERVICE no", "-M 0 host", {{"AUTOSSH_NTSERVICE", "no"}}),
    };
}

/// The notices about the lifetime go to syslog: AUTOSSH_DEBUG without a log file shows them on stderr.
std::vector<Case> notice_cases()
{
    std::vector<Case> cases;
    cases = {
        one_start("poll lowered to the lifetime", "-M 0 host", {{"AUTOSSH_MAXLIFETIME", "50"}}),
        one_start("both lowered", "-M 0 host",
                  {{"AUTOSSH_MAXLIFETIME", "50"}, {"AUTOSSH_POLL", "60"}, {"AUTOSSH_FIRST_POLL", "70"}}),
        one_start("first poll lowered", "-M 0 host",
                  {{"AUTOSSH_MAXLIFETIME", "50"}, {"AUTOSSH_POLL", "40"}, {"AUTOSSH_FIRST_POLL", "70"}}),
        one_start("no monitoring, on stderr", "-M 0 host"),
        one_start("short poll, on stderr", "-M 0 host", {{"AUTOSSH_POLL", "5"}}),
    };
    for (auto& situation : cases) {
        situation.environment = with(situation.environment, "AUTOSSH_DEBUG", "1");
        situation.unset = {"AUTOSSH_LOGFILE"};
    }
    cases.push_back(one_start("notices with a log file", "-M 0 host", {{"AUTOSSH_MAXLIFETIME", "50"}}));
    return cases;
}

}  // namespace

TEST_CASE("differential: bad values in the environment")
{
    check_agreement("bad values", bad_cases());
}

TEST_CASE("differential: good values in the environment")
{
    check_agreement("good values", good_cases());
}

TEST_CASE("differential: notices about the environment")
{
    check_agreement("notices", notice_cases());
}

}  // namespace autossh_test
