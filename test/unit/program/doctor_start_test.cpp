#include "autossh/program/doctor_start.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <string>
#include <vector>

#include <sys/stat.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

TEST_CASE("Doctor: autossh hands its words over to autosshctl")
{
    using Words = std::vector<std::string>;
    const auto handed = [](const Words& words) { return words_for_doctor(words); };
    CHECK(handed({"--doctor", "-M", "0", "gw"}) == Words{"doctor", "--", "autossh", "-M", "0", "gw"});
    CHECK(handed({"--doctor", "--json", "--login", "-N", "gw", "--json"}) ==
          Words{"doctor", "--json", "--login", "--", "autossh", "-N", "gw", "--json"});
    CHECK(handed({"--doctor"}) == Words{"doctor", "--", "autossh"});
    CHECK_FALSE(handed({"-N", "--doctor"}));
    CHECK_FALSE(handed({}));
}

TEST_CASE("Doctor: the autosshctl beside autossh is taken, or else the one of PATH")
{
    const TemporaryDirectory place;
    const auto find = [](const std::string& name) { return "/found/" + name; };
    const std::string own = place / "autossh";
    CHECK(control_program(own, find) == "/found/autosshctl");
    CHECK(control_program("", find) == "/found/autosshctl");
    write_file(place / "autosshctl", "");
    CHECK(control_program(own, find) == "/found/autosshctl");
    ::chmod((place / "autosshctl").c_str(), 0755);
    CHECK(control_program(own, find) == place / "autosshctl");
}
