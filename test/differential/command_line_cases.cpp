#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

std::vector<Case> port_cases()
{
    return {
        one_start("no monitoring", "-M 0 host"),
        one_start("a loop", "-M {P} host"),
        one_start("attached value", "-M{P} host"),
        one_start("an echo port", "-M {P}:7 host"),
        one_start("port in hex", "-M {0xP} host"),
        one_start("port in octal", "-M {0P} host"),
        one_start("echo port in hex", "-M {P}:0x1f90 host"),
        one_start("the last -M counts", "-M 0 -M {P} host"),
        one_start("the last -M counts, other way round", "-M {P} -M 0 host"),
        one_start("zero in hex", "-M 0x0 host"),
        start_up_error("port out of range", "-M 65535 host", "monitor port (65535) out of range"),
        start_up_error("port far out of range", "-M 70000 host", "monitor port (70000) out of range"),
        start_up_error("negative port", "-M -1 host", "monitor port (-1) out of range"),
        start_up_error("port not a number", "-M abc host", "invalid port \"abc\""),
        start_up_error("port with junk behind it", "-M 20000x host", "invalid port \"20000x\""),
        start_up_error("port not a number, shown by AUTOSSH_DEBUG", "-M abc host", "invalid port \"abc\"",
                       {{"AUTOSSH_DEBUG", "1"}}),
        start_up_error("echo port 0", "-M {P}:0 host", "invalid echo port  \"0\""),
        start_up_error("echo port empty", "-M {P}: host", "invalid echo port  \"\""),
        start_up_error("echo port not a number", "-M {P}:abc host", "invalid echo port  \"abc\""),
    };
}

std::vector<Case> usage_cases()
{
    return {
        one_start("nothing at all", ""),
        one_start("no destination", "-M 0"),
        one_start("no port, and plain", "host", {{"AUTOSSH_PLAIN", "yes"}}),
        one_start("no port and no destination", "-N"),
        one_start("unknown option letter", "-M 0 -Z host"),
        one_start("unknown option letter after a good one", "-M 0 -NZ host"),
        one_start("version", "-V"),
        one_start("version before the rest", "-V -M 0 host"),
        one_start("version behind other options", "-M 0 -N -V host"),
        one_start("-M without a value", "-M"),
        one_start("an option of ssh's without its value", "-M 0 -o"),
    };
}

}  // namespace

TEST_CASE("differential: ports on the command line")
{
    check_agreement("ports", port_cases());
}

TEST_CASE("differential: usage and version")
{
    check_agreement("usage", usage_cases());
}

}  // namespace autossh_test
