#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

Environment max_start(const std::string& number)
{
    return {{"AUTOSSH_GATETIME", "0"}, {"AUTOSSH_MAXSTART", number}, {"AUTOSSH_LOGLEVEL", "7"}};
}

std::vector<Case> max_start_cases()
{
    return {
        with_script("0 starts nothing", "exit 255", max_start("0")),
        with_script("1 start", "exit 255", max_start("1")),
        with_script("2 starts", "exit 255", max_start("2")),
        with_script("6 starts, all without a wait", "exit 1", max_start("6")),
        with_script("hex", "exit 255", max_start("0x2")),
        with_script("not reached", "exit 255\nexit 0", max_start("5")),
        with_script("-1 is no limit", "exit 255\nexit 255\nexit 0", max_start("-1")),
        with_script("deaths count too", "die 9", max_start("2")),
        with_script("0 with a pid file", "exit 255",
                    {{"AUTOSSH_MAXSTART", "0"}, {"AUTOSSH_PIDFILE", "{DIR}/pid"}}),
    };
}

std::vector<Case> backoff_cases()
{
    const auto patient = max_start("7");
    const auto curve = with(max_start("9"), "AUTOSSH_POLL", "100");  // waits of 0, 1 and 3 s
    return {
        with_script("the seventh start waits 2 s", "exit 255", patient),
        with_script("three waits", "exit 255", curve),
    };
}

// Of 2 s and more: the reference counts whole seconds of the wall clock, and can take 1 for over at once.
std::vector<Case> lifetime_cases()
{
    const Environment two{{"AUTOSSH_GATETIME", "0"}, {"AUTOSSH_MAXLIFETIME", "2"}, {"AUTOSSH_LOGLEVEL", "7"}};
    const auto one = with(with(two, "AUTOSSH_MAXLIFETIME", "2"), "AUTOSSH_PIDFILE", "{DIR}/pid");
    // One test, long before the end, and no other: the reference counts whole seconds of the wall clock.
    const auto tested =
        with(with(with(two, "AUTOSSH_MAXLIFETIME", "20"), "AUTOSSH_FIRST_POLL", "2"), "AUTOSSH_POLL", "30");
    return {
        with_script("ends a sleeping ssh", "sleep", two),
        with_script("over several starts", "after 300ms exit 255\nsleep",
                    with(two, "AUTOSSH_MAXLIFETIME", "6")),
        with_script("an ssh that ends first", "after 200ms exit 0", two),
        with_script("with a pid file", "sleep", one, {on_start(1, note_pid_file())}),
        with_script("with a heartbeat", "forward ok; sleep", tested, {on_log("connection ok", nothing())},
                    "-M {P} host"),
        with_script("hex", "sleep", {{"AUTOSSH_MAXLIFETIME", "0x2"}}),
    };
}

std::vector<Case> gate_cases()
{
    const Environment one{{"AUTOSSH_GATETIME", "1"}, {"AUTOSSH_MAXSTART", "3"}};
    return {
        with_script("past the gate once, every later exit is late enough",
                    "after 2300ms exit 255\nexit 1\nexit 2", one),
        with_script("killed inside the gate, then exit 1", "die 15\nexit 1\nexit 0", one),
        with_script("a gate in hex", "exit 255", {{"AUTOSSH_GATETIME", "0x1e"}}),
        with_script("restart asked for inside the gate", "sleep\nexit 0", {}, {on_start(1, tell(SIGUSR1))}),
    };
}

}  // namespace

TEST_CASE("differential: max start")
{
    check_agreement("max start", max_start_cases());
}

TEST_CASE("differential: backoff")
{
    check_agreement("backoff", backoff_cases());
}

TEST_CASE("differential: lifetime")
{
    check_agreement("lifetime", lifetime_cases());
}

TEST_CASE("differential: gate time")
{
    check_agreement("gate time", gate_cases());
}

}  // namespace autossh_test
