#include "unit/doctor/findings.hpp"

#include "autossh/ctl/doctor_report.hpp"
#include "support/catch.hpp"

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Doctor: equal findings become one with all names, the worst first")
{
    const Findings found = merged({{Grade::ok, "ssh", "there", "", {"a"}},
                                   {Grade::warn, "watch", "none", "-o X", {"a"}},
                                   {Grade::ok, "ssh", "there", "", {"b"}},
                                   {Grade::ok, "ssh", "there", "", {"a"}},
                                   {Grade::fail, "key", "gone", "-i FILE", {"b"}},
                                   {Grade::ok, "clock", "right"}});
    CHECK(told(found) ==
          Told{"FAIL key: gone | -i FILE", "warn watch: none | -o X", "ok ssh: there", "ok clock: right"});
    CHECK(found[2].tunnels == std::vector<std::string>{"a", "b"});
    CHECK(exit_status(found) == 2);
    CHECK(exit_status({{Grade::warn, "watch", "none", "-o X"}}) == 1);
    CHECK(exit_status({{Grade::ok, "clock", "right"}}) == 0);
    CHECK(exit_status({}) == 0);
}

TEST_CASE("Doctor: a line for each finding, its remedy below, and what a stranger wrote is made visible")
{
    CHECK(doctor_text({{Grade::fail, "server", "say\x1b[2J", "sshd", {"db"}},
                       {Grade::ok, "key", "here", "", {"a", "b", "c", "d", "e"}},
                       {Grade::ok, "clock", "right"}}) == "FAIL  db        server  say\\x1b[2J\n"
                                                          "      sshd\n"
                                                          "ok    a,b,c,+2  key     here\n"
                                                          "ok    -         clock   right\n");
}

TEST_CASE("Doctor: JSON has the worst grade, and null where nothing is to be done")
{
    CHECK(doctor_json({{Grade::warn, "key", "a \"b\"", "c", {"x", "y"}}, {Grade::ok, "clock", "right"}}) ==
          R"({"v":1,"grade":"warn","findings":[)"
          R"({"grade":"warn","tunnels":["x","y"],"thing":"key","text":"a \"b\"","remedy":"c"},)"
          R"({"grade":"ok","tunnels":[],"thing":"clock","text":"right","remedy":null}]})");
    CHECK(doctor_json({}) == R"({"v":1,"grade":"ok","findings":[]})");
}
