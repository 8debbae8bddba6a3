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

TEST_CASE("Master: a tunnel whose command line shares a connection never rides on another ssh's")
{
    struct Row {
        bool answered;
        bool master;
        bool never_restarted;
        ControlSocket comes_to;
    };
    const Row rows[] = {
        {false, true, false, ControlSocket::free},    {true, true, false, ControlSocket::avoided},
        {true, false, false, ControlSocket::avoided}, {false, false, false, ControlSocket::unused},
        {true, true, true, ControlSocket::unused},    {false, true, true, ControlSocket::unused},
    };
    for (const Row& row : rows) {
        CAPTURE(row.answered, row.master, row.never_restarted);
        CHECK(control_socket({.is_named = true,
                              .is_master = row.master,
                              .is_answered = row.answered,
                              .only_forwards = true,
                              .never_restarted = row.never_restarted}) == row.comes_to);
    }
    CHECK(sharing_in_fact(Sharing::by_path, ControlSocket::unused) == Sharing::by_path);
    CHECK(sharing_in_fact(Sharing::by_path, ControlSocket::free) == Sharing::unasked);
    CHECK(sharing_in_fact(Sharing::by_path, ControlSocket::avoided) == Sharing::unasked);
    CHECK(sharing_in_fact(Sharing::unasked, ControlSocket::joined) == Sharing::by_path);
}

TEST_CASE("Master: the command line names one for a tunnel alone")
{
    const auto facts = [](std::vector<std::string> words, const std::string& lines) {
        TunnelSettings settings;
        settings.ssh.arguments = std::move(words);
        settings.ssh.arguments.insert(settings.ssh.arguments.begin(), "ssh");
        const auto config = SshConfig::parse(
            "hostname h\nuser u\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n" + lines);
        REQUIRE(config);
        return control_facts(settings, choices_of(settings.ssh), *config);
    };
    const std::string path = "controlpath /nowhere/cm\n";
    CHECK(facts({"-N", "-S", "/nowhere/cm", "h"}, path).is_named);
    CHECK(facts({"-N", "-M", "h"}, path + "controlmaster true\n").is_master);
    CHECK_FALSE(facts({"-N", "-S", "/nowhere/cm", "h"}, path).is_answered);
    CHECK_FALSE(facts({"-S", "/nowhere/cm", "h"}, path).is_named);
    CHECK_FALSE(facts({"-S", "/nowhere/cm", "-W", "x:1", "h"}, path).is_named);
    CHECK_FALSE(facts({"-O", "check", "h"}, path).is_named);
    CHECK_FALSE(facts({"-N", "h"}, path).is_named);
    CHECK_FALSE(facts({"-N", "-M", "h"}, "controlmaster true\n").is_named);
}

TEST_CASE("Control line: for a tunnel that is started again, and says nothing of sharing")
{
    struct Row {
        std::vector<std::string> words;
        std::string config;
        RestartPolicy restart;
        std::string directory;
        std::string path;
    };
    const RestartPolicy usual = TunnelSettings().restart;
    const std::string longest(83, 'd');
    const Row rows[] = {
        {{"-N", "h"}, "", usual, "/d", "/d/master"},
        {{"h"}, "sessiontype none", usual, "/d", "/d/master"},
        {{"-N", "-oControlPersist=no", "h"}, "", usual, "/d", "/d/master"},
        {{"h"}, "", usual, "/d", ""},
        {{"h", "command"}, "", usual, "/d", ""},
        {{"-W", "b:22", "h"}, "", usual, "/d", ""},
        {{"-N", "-S", "none", "h"}, "", usual, "/d", ""},
        {{"-N", "-M", "h"}, "", usual, "/d", ""},
        {{"-N", "-oControlMaster=no", "h"}, "", usual, "/d", ""},
        {{"-N", "h"}, "", RestartPolicy::none, "/d", ""},
        {{"-N", "h"}, "", usual, "", ""},
        {{"-N", "h"}, "", usual, longest, longest + "/master"},
        {{"-N", "h"}, "", usual, longest + "d", ""},
        {{"-N", "h"}, "", usual, "/a\"b", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words, row.config, row.directory);
        TunnelSettings settings;
        settings.restart = row.restart;
        const auto config = SshConfig::parse("hostname h\nuser u\nport 22\nserveraliveinterval 0\n"
                                             "serveralivecountmax 3\n" +
                                             row.config + "\n");
        REQUIRE(config);
        const ControlLine line =
            control_line(settings, choices_of(row.words), *config, row.directory, ControlSocket::unused);
        CHECK(line.path == row.path);
        const bool wanted = row.directory.size() > longest.size() || row.directory == "/a\"b";
        CHECK(line.reason_against.empty() != wanted);
    }
}

TEST_CASE("Control line: of a master that asks a person before each request, nothing but its life is asked")
{
    for (const std::string how : {"true", "auto", "ask", "autoask"}) {
        const auto config = SshConfig::parse("hostname h\nuser u\nport 22\nserveraliveinterval 0\n"
                                             "serveralivecountmax 3\ncontrolpath /cm\ncontrolmaster " +
                                             how + "\n");
        REQUIRE(config);
        const ControlLine line = control_line({}, choices_of(std::vector<std::string>{"-N", "h"}), *config,
                                              "/d", ControlSocket::free);
        CHECK(line.path == "/cm");
        CHECK(line.is_guarded == how.ends_with("ask"));
    }
}

TEST_CASE("Control line: an ssh that may ask its user behind the log-in is not watched")
{
    for (const std::string answer : {"yes", "ask"}) {
        const auto config = SshConfig::parse("hostname h\nuser u\nport 22\nserveraliveinterval 0\n"
                                             "serveralivecountmax 3\nupdatehostkeys " +
                                             answer + "\n");
        REQUIRE(config);
        CHECK(control_line({}, choices_of(std::vector<std::string>{"-N", "h"}), *config, "/d",
                           ControlSocket::unused)
                  .asks_user == (answer == "ask"));
    }
}

TEST_CASE("Control line: its path in an option of ssh's")
{
    CHECK(as_control_path("/run/user/0/d/control") == "/run/user/0/d/control");
    CHECK(as_control_path("/a%b/control") == "/a%%b/control");
    CHECK(as_control_path("/a b/control") == "\"/a b/control\"");
}
