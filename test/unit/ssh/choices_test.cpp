#include "autossh/ssh/choices.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

using Words = std::vector<std::string>;

/// A letter for each choice, and the names given with -o.
std::string text_of(const Words& words)
{
    const SshChoices choices = choices_of(words);
    std::string text;
    text += choices.quiet ? "q" : "";
    text += choices.verbose ? "v" : "";
    text += choices.log_file ? "f" : "";
    text += choices.sharing == Sharing::by_path ? "m" : "";
    text += choices.sharing == Sharing::off ? "o" : "";
    text += choices.sharing == Sharing::certain ? "M" : "";
    text += choices.no_session ? "n" : "";
    text += choices.has_command ? "c" : "";
    for (const std::string& name : choices.options)
        text += " " + name;
    return text;
}

}  // namespace

TEST_CASE("What is added: the choices of ssh's command line are found by ssh's own grammar")
{
    struct Row {
        Words words;
        std::string choices;
    };
    const Row rows[] = {
        {{}, ""},
        {{"h"}, ""},
        {{"-N", "h"}, "n"},
        {{"-fNT", "h"}, "n"},
        {{"h", "-N"}, "n"},
        {{"-v", "h"}, "v"},
        {{"h", "-Tq"}, "q"},
        {{"-E", "log", "h"}, "f"},
        {{"-Elog", "h"}, "f"},
        {{"-NE", "log", "h"}, "fn"},
        {{"-y", "h"}, "f"},
        {{"-M", "h"}, "m"},
        {{"-S", "none", "h"}, "o"},
        {{"-SNone", "h"}, "o"},
        {{"-S/a", "h"}, "m"},
        {{"-S/a", "-S", "none", "h"}, "o"},
        {{"-S", "none", "-S/a", "h"}, "m"},
        {{"-M", "-S", "none", "h"}, "o"},
        {{"-oControlPath=/a", "-S", "none", "h"}, "o controlpath"},
        {{"-S/a", "-oControlPath=none", "h"}, "m controlpath"},
        {{"-oControlPath=none", "-oControlPath=/a", "h"}, "o controlpath"},
        {{"-oControlPath=none", "-oControlMaster=auto", "h"}, "o controlmaster controlpath"},
        {{"h", "cmd", "-S", "/a"}, "c"},
        {{"-O", "check", "h"}, "Mn"},
        {{"-S", "none", "-O", "check", "h"}, "Mn"},
        {{"-W", "h:1", "j"}, "n"},
        {{"-l", "-N", "h"}, ""},
        {{"-p", "22", "-i", "-v", "h"}, ""},
        {{"-L8:-v:8", "h"}, ""},
        {{"h", "cmd"}, "c"},
        {{"h", "cmd", "-N"}, "c"},
        {{"h", "-p", "22", "cmd", "-v"}, "c"},
        {{"h", "--", "-N"}, "c"},
        {{"h", "--"}, ""},
        {{"--", "h"}, ""},
        {{"-v", "--", "h", "-N"}, "vc"},
        {{"--", "-N"}, ""},
        {{"--"}, ""},
        {{"-s", "h", "sftp"}, "c"},
        {{"ssh://u@h:44", "-N"}, "n"},
        {{"-", "h"}, "c"},
        {{"h", ""}, "c"},
        {{"--fun", "h"}, ""},
        {{"-o"}, ""},
        {{"h", "-S"}, "m"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words);
        CHECK(text_of(row.words) == row.choices);
    }
}

TEST_CASE("What is added: the value of -o, in every form that ssh takes")
{
    struct Row {
        std::string value;
        std::string choices;
    };
    const Row rows[] = {
        {"ConnectTimeout=5", " connecttimeout"},
        {"CONNECTTIMEOUT 5", " connecttimeout"},
        {"connecttimeout = 5", " connecttimeout"},
        {" ConnectTimeout\t5", " connecttimeout"},
        {"\"ConnectTimeout\" 5", " connecttimeout"},
        {"ConnectTimeout", " connecttimeout"},
        {"=ConnectTimeout=5", " connecttimeout"},
        {"LogLevel=INFO", " loglevel"},
        {"LogLevel=VERBOSE", " loglevel"},
        {"LogLevel=DEBUG", "v loglevel"},
        {"ControlPath none", "o controlpath"},
        {"ControlPath=\"NONE\"", "o controlpath"},
        {"ControlPath=/none", "m controlpath"},
        {"ControlMaster=no", "m controlmaster"},
        {"ControlMaster=auto", "m controlmaster"},
        {"controlpersist=yes", "m controlpersist"},
        {"ControlPersist=10m", "m controlpersist"},
        {"ControlPersist=0", "m controlpersist"},
        {"ControlPersist=no", " controlpersist"},
        {"ControlPersist False", " controlpersist"},
        {"SessionType=none", "n sessiontype"},
        {"SessionType \"None\" ", "n sessiontype"},
        {"SessionType=subsystem", " sessiontype"},
        {"RemoteCommand=top -b", "c remotecommand"},
        {"RemoteCommand=none", " remotecommand"},
        {"ProtocolKeepAlives=0", " serveraliveinterval"},
        {"", ""},
        {" = \"", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(text_of({"-o", row.value, "h"}) == row.choices);
        if (!row.value.empty())
            CHECK(text_of({"-To" + row.value, "h"}) == row.choices);
    }
    CHECK(text_of({"-oA=1", "-o", "B=2", "h", "-oC=3", "cmd", "-oD=4"}) == "c a b c");
}

TEST_CASE("Log: whether a program reads what comes through ssh")
{
    for (const Words& words :
         {Words{"h", "cmd"}, Words{"-s", "h", "sftp"}, Words{"-s", "--", "h", "sftp"},
          Words{"-W", "b:22", "h"}, Words{"-tt", "-oControlPath=none", "h", "--", "mosh-server"},
          Words{"-oRemoteCommand=cmd", "h"}})
        CHECK(serves_program(choices_of(words)));
    for (const Words& words : {Words{"h"}, Words{"-N", "h"}, Words{"-N", "h", "cmd"}, Words{"-NT", "h", "-s"},
                               Words{"-O", "check", "h"}, Words{"-oSessionType=none", "h", "cmd"}})
        CHECK_FALSE(serves_program(choices_of(words)));
}

TEST_CASE("What is added: whether ssh is to tell much, and its configuration file")
{
    for (const Words& words : {Words{"-v", "h"}, Words{"-Nvvv", "h"}, Words{"-oLogLevel=DEBUG3", "h"},
                               Words{"-o", "loglevel debug", "h"}})
        CHECK(choices_of(words).verbose);
    for (const Words& words : {Words{"-q", "h"}, Words{"-oLogLevel=ERROR", "h"},
                               Words{"-oLogLevel=VERBOSE", "h"}, Words{"h", "cat", "-v"}})
        CHECK_FALSE(choices_of(words).verbose);
    CHECK(choices_of(Words{"-F", "a", "h"}).configuration == "a");
    CHECK(choices_of(Words{"-NFa", "h", "-F", "b", "cat", "-F", "c"}).configuration == "b");
    CHECK(choices_of(Words{"h"}).configuration.empty());
}
