#include "differential/cases.hpp"
#include "support/catch.hpp"

/// Where ours differs on purpose: command line, arguments, environment.
namespace autossh_test {
namespace {

constexpr const char* grammar = "the grammar is ssh's: nothing of a remote command is ours";
constexpr const char* in_order = "everything else goes to ssh in order, unchanged";

Difference arguments(const std::string& words, const std::string& reason, const std::string& reference,
                     const std::string& ours)
{
    auto situation = one_start(words, words);
    situation.background = true;  // the reference may find an -f
    return {situation, reason, {ends("exit 0"), starts({reference})}, {ends("exit 0"), starts({ours})}};
}

Difference refused_by_the_reference(const std::string& words, const std::string& reason,
                                    const std::string& error, const std::string& ours)
{
    return {one_start(words, words),
            reason,
            {ends("exit 1"), started(0), shown(error)},
            {ends("exit 0"), starts({ours})}};
}

std::vector<Difference> remote_command()
{
    return {
        arguments("-M 0 host tail -f log", grammar, "host|tail|log", "host|tail|-f|log"),
        arguments("-M 0 host prog -M {P} x", grammar,
                  "-L|<P>:127.0.0.1:<P>|-R|<P>:127.0.0.1:<P+1>|host|prog|x", "host|prog|-M|<P>|x"),
        arguments("-M 0 host -- -x", grammar, "host|-x", "host|--|-x"),
        arguments("-M 0 host cmd -- x", grammar, "host|cmd|x", "host|cmd|--|x"),
        arguments("-M 0 host cmd -v", "the reference lets getopt move options to the front", "-v|host|cmd",
                  "host|cmd|-v"),
        refused_by_the_reference("-M 0 host ls -l", grammar, "autossh: option requires an argument -- 'l'",
                                 "host|ls|-l"),
        refused_by_the_reference("-M 0 host ls -Z", grammar, "autossh: invalid option -- 'Z'", "host|ls|-Z"),
        refused_by_the_reference("-M 0 host ls --all x", grammar, "autossh: invalid option -- '-'",
                                 "host|ls|--all|x"),
    };
}

std::vector<Difference> placement()
{
    const std::string loop = "-L|<P>:127.0.0.1:<P>|-R|<P>:127.0.0.1:<P+1>";
    const char* where = "the forwardings stand where -M stood";
    return {
        arguments("-N -M {P} -T host", where, loop + "|-N|-T|host", "-N|" + loop + "|-T|host"),
        arguments("-N -T -M {P} host", where, loop + "|-N|-T|host", "-N|-T|" + loop + "|host"),
        arguments("-N host -M {P}", where, loop + "|-N|host", "-N|host|" + loop),
        arguments("-N -M {P}:7 -T host", where, "-L|<P>:127.0.0.1:7|-N|-T|host",
                  "-N|-L|<P>:127.0.0.1:7|-T|host"),
        arguments("-M 0 host -N -p 22", in_order, "-N|-p|22|host", "host|-N|-p|22"),
        arguments("-M 0 -o -f host", "-f is never taken from an option's value", "-o|host", "-o|-f|host"),
        arguments("-NM{P} host", "-M inside a cluster works", loop + "|-NM<P>|host", "-N|" + loop + "|host"),
        arguments("-NM {P} host", "-M inside a cluster works", loop + "|-NM|<P>|host",
                  "-N|" + loop + "|host"),
        refused_by_the_reference("-M 0 -B lo host", "an option newer than the reference",
                                 "autossh: invalid option -- 'B'", "-B|lo|host"),
    };
}

/// The reference supervises an answer: within the gate its status is 1.
std::vector<Difference> questions()
{
    const char* reason = "what ssh answers itself is handed to it";
    std::vector<Difference> differences;
    for (const std::string words : {"-G host", "-Q value host", "-- -V host"}) {
        const std::string argv = words.starts_with("-G")   ? "-G|host"
                                 : words.starts_with("-Q") ? "-Q|value|host"
                                                           : "-V|host";
        auto situation = with_script(words, "exit 0", {{"AUTOSSH_GATETIME", "30"}}, {}, "-M 0 " + words);
        differences.push_back(
            {situation,
             reason,
             {ends("exit 1"), starts({argv}), logged("ssh exited prematurely with status 0")},
             {ends("exit 0"), starts({argv}), not_logged("starting ssh")}});
    }
    return differences;
}

std::vector<Difference> odd_words()
{
    auto empty = one_start("empty argument", "-M 0 host");
    empty.arguments = {"-M", "0", "host", "cmd", "", "x"};
    const auto dash = one_start("a dash alone", "-M 0 host cmd - x");
    return {
        {empty,
         "an empty argument is passed on",
         {starts({"host|cmd|x"})},
         {ends("exit 0"), starts({"host|cmd||x"})}},
        {dash,
         "a dash alone is passed on",
         {starts({"host|cmd|-|x"})},
         {ends("exit 0"), starts({"host|cmd|-|x"})}},
    };
}

std::vector<Difference> values()
{
    const char* on_stderr = "start-up errors are seen on stderr";
    auto no_limit = with_script("MAXSTART -2", "die 9\ndie 9\nexit 0", {{"AUTOSSH_MAXSTART", "-2"}});
    auto no_port = one_start("no port", "host");
    no_port.unset = {"AUTOSSH_PLAIN"};
    auto own_ssh = one_start("empty AUTOSSH_PATH", "-M 0 -G -F none host.invalid", {{"AUTOSSH_PATH", ""}});
    return {
        {one_start("bad poll time", "-M 0 host", {{"AUTOSSH_POLL", "abc"}}),
         on_stderr,
         {ends("exit 1"), started(0), not_shown("invalid")},
         {ends("exit 1"), started(0), shown("invalid poll time \"abc\"")}},
        {one_start("bad port", "-M abc host"),
         on_stderr,
         {ends("exit 1"), started(0), not_shown("invalid")},
         {ends("exit 1"), started(0), shown("invalid port \"abc\"")}},
        {one_start("echo port out of range", "-M {P}:70000 host"),
         "an echo port above 65535 is no port",
         {ends("exit 0"), starts({"-L|<P>:127.0.0.1:70000|host"})},
         {ends("exit 1"), started(0), shown("invalid echo port  \"70000\"")}},
        {no_limit, "every negative number means no limit", {started(0)}, {ends("exit 0"), started(3)}},
        {no_port,
         "without -M the ports are chosen at each start",
         {ends("exit 1"), started(0)},
         {ends("exit 0"), started(1)}},
        {own_ssh,
         "empty counts as unset",
         {ends("exit 1"), logged("-G: No such file or directory")},
         {not_logged("-G: No such file"), not_logged(": No such file")}},
        {one_start("-M against AUTOSSH_PORT", "-M 0 host", {{"AUTOSSH_PORT", "{P}"}}),
         "AUTOSSH_PORT wins, as upstream has it; Debian's reference takes -M",
         {starts({"host"})},
         {starts({"-L|<P>:127.0.0.1:<P>|-R|<P>:127.0.0.1:<P+1>|host"})}},
        {one_start("a poll time of 5000000 s", "-M 0 host", {{"AUTOSSH_POLL", "5000000"}}),
         "any size works; the reference overflows",
         {logged("short poll time")},
         {ends("exit 0"), not_logged("short poll time")}},
    };
}

}  // namespace

TEST_CASE("wanted differences: remote commands")
{
    check_differences("remote commands", remote_command());
}

TEST_CASE("wanted differences: where the arguments stand")
{
    check_differences("placement", placement());
}

TEST_CASE("wanted differences: questions that ssh answers")
{
    check_differences("questions", questions());
}

TEST_CASE("wanted differences: odd words")
{
    check_differences("odd words", odd_words());
}

TEST_CASE("wanted differences: values")
{
    check_differences("values", values());
}

}  // namespace autossh_test
