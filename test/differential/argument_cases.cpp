#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

std::vector<Case> placement_cases()
{
    std::vector<Case> cases{
        one_start("-M first", "-M {P} -N -T host"),
        one_start("loop from AUTOSSH_PORT", "-N -T host", {{"AUTOSSH_PORT", "{P}"}}),
        one_start("echo port from AUTOSSH_PORT", "-N host", {{"AUTOSSH_PORT", "{P}:7"}}),
        one_start("AUTOSSH_PORT 0", "-N host", {{"AUTOSSH_PORT", "0"}}),
        one_start("empty AUTOSSH_PORT", "-M 0 host", {{"AUTOSSH_PORT", ""}}),
        one_start("cluster of flags", "-M 0 -NTvvv host"),
        one_start("cluster that ends in a value", "-M 0 -NTp 22 host"),
        one_start("cluster with an attached value", "-M 0 -NTp22 host"),
        one_start("forwarding with an f in it", "-M 0 -L8808:foo:80 host"),
        one_start("forwarding with an M in it", "-M 0 -L 8808:eMil:80 host"),
        one_start("remote command", "-M 0 host uname"),
        one_start("remote command of several words", "-M 0 host echo one two three"),
        one_start("everything behind --", "-M 0 -N -- host"),
        one_start("-- behind the destination", "-M 0 host -- uname"),
        one_start("our -- and then ssh's -M", "-M 0 -- -M host"),
        one_start("our -- and then -f", "-M 0 -- -f -N host"),
        one_start("our -- and then -f in a cluster", "-M 0 -- -4fN -F f host"),
        one_start("user@host and a port", "-M 0 -p 2222 user@host"),
        one_start("a URL", "-M 0 ssh://user@host:2222"),
    };
    auto odd = one_start("odd characters", "-M 0 host");
    odd.arguments = {"-M", "0", "-o", "ProxyCommand=nc \"%h\" '%p' \\ $x", "host", "a b", "c\td", "\xc3\xa9"};
    cases.push_back(odd);
    return cases;
}

/// Each option of ssh's that takes a value, detached and attached: nothing of it is taken for the
/// destination. (-B is newer than the reference, and -Q is answered by ssh in our place.)
std::vector<Case> value_cases()
{
    std::vector<Case> cases;
    for (const char letter : std::string("bcDEeFIiJLlmOopRSWw")) {
        const std::string option{'-', letter};
        cases.push_back(one_start("value of " + option, "-M 0 " + option + " value host"));
        cases.push_back(one_start("attached value of " + option, "-M 0 " + option + "value host"));
    }
    return cases;
}

std::vector<Case> flag_cases()
{
    std::vector<Case> cases;
    for (const char letter : std::string("1246AaCgKkNnqsTtvXxYy"))
        cases.push_back(one_start(std::string("flag -") + letter, std::string("-M 0 -") + letter + " host"));
    return cases;
}

}  // namespace

TEST_CASE("differential: where the arguments stand")
{
    check_agreement("arguments", placement_cases());
}

TEST_CASE("differential: every option of ssh with a value")
{
    check_agreement("values", value_cases());
}

TEST_CASE("differential: every flag of ssh")
{
    check_agreement("flags", flag_cases());
}

}  // namespace autossh_test
