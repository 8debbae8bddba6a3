#include "autossh/ssh/control_socket.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

std::string path_of(const std::vector<std::string>& words, const std::string& lines)
{
    const auto config = SshConfig::parse(
        "hostname h\nuser u\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n" + lines);
    REQUIRE(config);
    return master_path(choices_of(words), *config);
}

}  // namespace

TEST_CASE("Master: it is the configuration that makes one, and the command line that decides")
{
    const std::string master = "controlmaster auto\ncontrolpath /cm\n";
    CHECK(path_of({"h"}, master) == "/cm");
    for (const char* how : {"true", "yes", "ask", "autoask"})
        CHECK(path_of({"h"}, std::string("controlmaster ") + how + "\ncontrolpath /cm\n") == "/cm");
    CHECK(path_of({"h"}, "controlmaster false\ncontrolpath /cm\n").empty());
    CHECK(path_of({"h"}, "controlpath /cm\n").empty());
    CHECK(path_of({"h"}, "controlmaster auto\ncontrolpath none\n").empty());
    CHECK(path_of({"h"}, "controlmaster auto\n").empty());
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"-M", "h"}, {"-S", "none", "h"}, {"-oControlMaster=auto", "h"}})
        CHECK(path_of(words, master).empty());
}

TEST_CASE(
    "Master: only a tunnel is one, where nobody else is, and only in place of plain ssh another's is used")
{
    CHECK(control_socket({}) == ControlSocket::unused);
    for (const bool answered : {false, true})
        for (const bool only_forwards : {false, true}) {
            CAPTURE(answered, only_forwards);
            const ControlSocket supervised =
                control_socket({.is_wanted = true, .is_answered = answered, .only_forwards = only_forwards});
            CHECK((supervised == ControlSocket::free) == (only_forwards && !answered));
            CHECK(supervised != ControlSocket::joined);
            CHECK(control_socket({.is_wanted = true,
                                  .is_answered = answered,
                                  .only_forwards = only_forwards,
                                  .never_restarted = true}) == ControlSocket::joined);
        }
}
