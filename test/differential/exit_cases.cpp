#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

const Environment no_gate{{"AUTOSSH_GATETIME", "0"}, {"AUTOSSH_MAXSTART", "3"}};
// The reference counts whole seconds of the wall clock: only 2 s are safely past a gate of 1.
const Environment gate_of_1{{"AUTOSSH_GATETIME", "1"}, {"AUTOSSH_MAXSTART", "3"}};
const Environment gate_of_30{{"AUTOSSH_MAXSTART", "3"}};

/// Every status on the three sides of the gate.
std::vector<Case> status_cases()
{
    std::vector<Case> cases;
    for (const std::string status : {"0", "1", "2", "3", "127", "254", "255"}) {
        cases.push_back(with_script(status + " without a gate", "exit " + status, no_gate));
        cases.push_back(with_script(status + " within the gate", "exit " + status, gate_of_30));
        cases.push_back(
            with_script(status + " past the gate", "after 2300ms exit " + status + "\nexit 0", gate_of_1));
        cases.push_back(
            with_script(status + " on the second start", "die 9\nexit " + status + "\nexit 0", gate_of_30));
    }
    return cases;
}

std::vector<Case> signal_cases()
{
    std::vector<Case> cases;
    for (const std::string number : {"1", "2", "9", "11", "13", "14", "15"})
        cases.push_back(with_script("signal " + number, "die " + number + "\nexit 0", gate_of_30));
    cases.push_back(with_script("signals until the last start", "die 9", gate_of_30));
    cases.push_back(with_script("statuses mixed", "exit 255\nexit 1\ndie 15\nexit 2\nexit 0",
                                {{"AUTOSSH_GATETIME", "0"}}));
    cases.push_back(with_script("what ssh says", "say out; warn err; exit 0", no_gate));
    cases.push_back(with_script("what every ssh says", "say out; warn err; exit 255", no_gate));
    return cases;
}

}  // namespace

TEST_CASE("differential: ssh exits")
{
    check_agreement("exit rules", status_cases());
}

TEST_CASE("differential: ssh dies by a signal")
{
    check_agreement("deaths", signal_cases());
}

}  // namespace autossh_test
