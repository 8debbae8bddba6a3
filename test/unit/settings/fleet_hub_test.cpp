// autossh-hub(7), "The table [hub]".
#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

FleetPlan hub_of(const std::string& text, const std::string& table = "")
{
    return FleetMachine{{{"f.toml", "[hub]\n" + text}, {"boxes.csv", table}}}.read();
}

std::string complaint_about_hub(const std::string& text, const std::string& table = "")
{
    return hub_of(text, table).errors.text();
}

}  // namespace

TEST_CASE("The table [hub]: it may stand alone, and all but the place has a default")
{
    const FleetPlan plan = hub_of("listen = [\"127.0.0.1:7700\", \"/run/hub\", \"[::1]:7701\"]\n");
    CHECK(plan.errors.text().empty());
    REQUIRE(plan.hub);
    CHECK(plan.tunnels.empty());
    REQUIRE(plan.hub->listen.size() == 3);
    CHECK(in_words(plan.hub->listen[0]) == "127.0.0.1:7700");
    CHECK(in_words(plan.hub->listen[1]) == "/run/hub");
    CHECK(in_words(plan.hub->listen[2]) == "[::1]:7701");
    CHECK(plan.hub->late == 1.5);
    CHECK(plan.hub->lost == 3);
    CHECK(plan.hub->least == 2min);
    CHECK(plan.hub->forget == 24h * 90);
    CHECK(hub_of("listen = 7700\n").hub->listen == hub_of("listen = \"127.0.0.1:7700\"\n").hub->listen);
    CHECK_FALSE(read_fleet_text("[tunnel.a]\n").hub);
}

TEST_CASE("The table [hub]: names, patterns and a CSV file say which boxes are expected")
{
    const FleetPlan names = hub_of("listen = 7700\nexpect = [\"n*\", \"office\"]\nlate = 2\nlost = 4.5\n"
                                   "least = \"30s\"\nforget = \"2d\"\nprobe = \"/run/{name}\"\n");
    CHECK(names.errors.text().empty());
    REQUIRE(names.hub->expect.size() == 2);
    CHECK(names.hub->expect[0].is_pattern());
    CHECK(names.hub->expect[0].probe == "/run/{name}");
    CHECK(names.hub->expect[1].probe == "/run/office");
    CHECK(names.hub->late == 2);
    CHECK(names.hub->lost == 4.5);
    CHECK(names.hub->least == 30s);
    CHECK(names.hub->forget == 48h);
    const FleetPlan table = hub_of("listen = 7700\nexpect = \"boxes.csv\"\nprobe = \"127.0.0.1:{port}\"\n",
                                   "name,port,account\nn1,20001,box\nn2,20002,\n");
    CHECK(table.errors.text().empty());
    REQUIRE(table.hub->expect.size() == 2);
    CHECK(table.hub->expect[0] == ExpectedBox{"n1", "box", {}, "127.0.0.1:20001"});
    CHECK(table.hub->expect[1].account.empty());
}

TEST_CASE("The table [hub]: each mistake is told with its place")
{
    struct Case {
        const char* text;
        const char* complaint;
        const char* table = "";
    };
    const std::vector<Case> cases{
        {"",
         "f.toml:1:1: error: [hub] does not say where it listens\n  write listen = [\"127.0.0.1:7700\"]\n"},
        {"listen = [\"0.0.0.0:7700\"]\n", "f.toml:2:11: error: listen: 0.0.0.0:7700 is not on loopback, and "
                                          "who reaches it from elsewhere could "
                                          "send any name\n  boxes come to it through ssh: write "
                                          "\"127.0.0.1:PORT\", \"[::1]:PORT\" or the path of "
                                          "a Unix socket\n"},
        {"listen = [\"example.org:7700\"]\n",
         "f.toml:2:11: error: listen: example.org:7700 is not on loopback, and who reaches it from elsewhere "
         "could send any name\n  boxes come to it through ssh: write \"127.0.0.1:PORT\", \"[::1]:PORT\" or "
         "the "
         "path of a Unix socket\n"},
        {"listen = [\"127.0.0.1\"]\n",
         "f.toml:2:11: error: listen: \"127.0.0.1:PORT\", \"[::1]:PORT\" or the path of a Unix socket is "
         "expected, not \"127.0.0.1\"\n"},
        {"listen = [0]\n",
         "f.toml:2:11: error: listen: \"127.0.0.1:PORT\", \"[::1]:PORT\" or the path of a Unix socket is "
         "expected, not 0\n"},
        {"listen = []\n", "f.toml:2:10: error: listen: 0 places, and there may be 1 to 16\n"},
        {"listen = [7700, \"127.0.0.1:7700\"]\n",
         "f.toml:2:17: error: listen: 127.0.0.1:7700 is there twice\n"},
        {"listen = 7700\nlate = 4\n",
         "f.toml:1:1: error: [hub]: a box would be lost (3) before it is late (4)\n"},
        {"listen = 7700\nlost = 0.5\n",
         "f.toml:3:8: error: lost: a number from 1 to 1000 is expected, not 0.5\n"},
        {"listen = 7700\nforget = \"soon\"\n",
         "f.toml:3:10: error: forget: a time such as \"2m\" or \"90d\" is expected, not \"soon\"\n"},
        {"listen = 7700\nexpect = [\"a\", \"a\"]\n", "f.toml:3:10: error: expect: \"a\" is there twice\n"},
        {"listen = 7700\nexpect = 3\n", "f.toml:3:10: error: expect: a list of names and patterns, or the "
                                        "path of a CSV file, is expected, not "
                                        "3\n"},
        {"listen = 7700\nexpct = [\"a\"]\n",
         "f.toml:3:1: error: unknown key \"expct\" in [hub]\n  did you mean \"expect\"?\n"},
        {"listen = 7700\nexpect = \"none.csv\"\n",
         "f.toml:3:10: error: cannot be read: No such file or directory\n"},
        {"listen = 7700\nexpect = \"boxes.csv\"\n",
         "boxes.csv:1:1: error: the first line has no column \"name\"\n  the boxes are known by it\n",
         "box\nn1\n"},
        {"listen = 7700\nexpect = \"boxes.csv\"\nprobe = \"127.0.0.1:{port}\"\n",
         "boxes.csv:2:1: error: 1 field, but the first line has 2 (name,port)\n", "name,port\nn1\n"},
        {"listen = 7700\nexpect = [\"a\"]\nprobe = \"127.0.0.1:{port}\"\n",
         "f.toml:4:9: error: {port} in \"127.0.0.1:{port}\": no such variable; there is name\n"
         "f.toml:4:9: error: probe: an address and a port such as \"127.0.0.1:{port}\", or the path of a "
         "Unix "
         "socket, is expected, not \"127.0.0.1:\"\n"},
    };
    for (const Case& one : cases) {
        INFO(one.text);
        CHECK(complaint_about_hub(one.text, one.table) == one.complaint);
    }
}

TEST_CASE("The table [hub]: an account must be one of the machine")
{
    const FleetMachine machine{{{"f.toml", "[hub]\nlisten = 7700\nexpect = \"b.csv\"\n"},
                                {"b.csv", "name,account\nn1,box\nn2,nobody\n"}}};
    FleetFiles files = machine.reader();
    files.uid_of = [](const std::string& name) {
        return name == "nobody" ? std::optional<uid_t>(65534) : std::nullopt;
    };
    const FleetPlan plan = read_fleet("f.toml", files, {});
    CHECK(plan.errors.text() == "b.csv:2:1: error: expect: there is no account \"box\"\n");
    REQUIRE(plan.hub->expect.size() == 2);
    CHECK(plan.hub->expect[1].uid == 65534U);
}
