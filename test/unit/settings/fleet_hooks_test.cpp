// autossh-fleet(5), "Hooks": the tables [[hook]].
#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

FleetPlan hooks_of(const std::string& text, const std::string& tunnels = "[tunnel.db]\n[tunnel.web]\n")
{
    FleetMachine machine{{{"/etc/a/f.toml", text + tunnels}}};
    FleetFiles files = machine.reader();
    files.look_at_program = [](const std::string& program) {
        return program.ends_with("missing") ? FleetFile{"", program + " cannot be run", "chmod"}
                                            : FleetFile{};
    };
    return read_fleet("/etc/a/f.toml", files, {});
}

std::string complaint_about_hook(const std::string& text)
{
    return hooks_of("[[hook]]\n" + text).errors.text();
}

}  // namespace

TEST_CASE("The table [[hook]]: all but the program and the events has a default")
{
    const FleetPlan plan = hooks_of("[[hook]]\nrun = [\"./page\", \"ops\"]\non = [\"down\", \"recovered\", "
                                    "\"down\"]\n[[hook]]\nrun = [\"logger\"]\non = [\"fleet-down\"]\n"
                                    "tunnels = [\"db\", \"w*\", \"@all\"]\nafter = \"60s\"\nevery = 600\n"
                                    "batch = \"5s\"\ntimeout = \"1m\"\n[[hook]]\nrun = [\"/usr/bin/page\"]\n"
                                    "on = [\"box-lost\"]\n");
    CHECK(plan.errors.text().empty());
    REQUIRE(plan.hooks.size() == 3);
    const HookSettings& first = plan.hooks[0];
    CHECK(first.name == "page");
    CHECK(first.run == std::vector<std::string>{"/etc/a/./page", "ops"});
    CHECK(first.on == std::vector<HookEvent>{HookEvent::down, HookEvent::recovered});
    CHECK(first.tunnels.empty());
    CHECK(first.after == 0s);
    CHECK(first.every == 0s);
    CHECK(first.batch == 10s);
    CHECK(first.timeout == 30s);
    const HookSettings& second = plan.hooks[1];
    CHECK(second.name == "logger");
    CHECK(second.run.front() == "logger");
    CHECK(second.tunnels.size() == 3);
    CHECK(second.after == 60s);
    CHECK(second.every == 10min);
    CHECK(second.batch == 5s);
    CHECK(second.timeout == 60s);
    CHECK(plan.hooks[2].name == "page#2");
    CHECK(plan.hooks[2].run.front() == "/usr/bin/page");
}

TEST_CASE("The table [[hook]]: what is wrong is told with its place and what mends it")
{
    const struct {
        const char* text;
        const char* complaint;
    } cases[] = {
        {"run = [\"p\"]\n", "/etc/a/f.toml:1:1: error: [[hook]] without \"on\"\n  write on = [\"down\", "
                            "\"recovered\"]\n"},
        {"on = [\"up\"]\n",
         "/etc/a/f.toml:1:1: error: [[hook]] without \"run\"\n  write run = [\"PROGRAM\", \"WORD\"]\n"},
        {"run = \"p x\"\non = [\"up\"]\n",
         "/etc/a/f.toml:2:7: error: run: a list of a program and its words is expected, not \"p x\"\n"},
        {"run = [\"./missing\"]\non = [\"up\"]\n",
         "/etc/a/f.toml:2:7: error: run: /etc/a/./missing cannot be run\n  chmod\n"},
        {"run = [\"p\"]\non = [\"up\", \"recoverd\"]\n",
         "/etc/a/f.toml:3:13: error: on: there is no event \"recoverd\"\n  did you mean \"recovered\"?\n"},
        {"run = [\"p\"]\non = [\"up\"]\ntunnels = [\"bd\"]\n",
         "/etc/a/f.toml:4:12: error: tunnels: there is no tunnel \"bd\"\n  did you mean \"db\"?\n"},
        {"run = [\"p\"]\non = [\"up\"]\nafter = -1\n",
         "/etc/a/f.toml:4:9: error: after: a time such as \"30s\" is expected, not -1\n"},
        {"run = [\"p\"]\non = [\"up\"]\ntimeout = 0\n",
         "/etc/a/f.toml:4:11: error: timeout: a time above 0 is expected, not 0\n"},
        {"run = [\"p\"]\non = [\"up\"]\nafer = 3\n",
         "/etc/a/f.toml:4:1: error: unknown key \"afer\" in [[hook]]\n  did you mean \"after\"?\n"},
        {"run = [\"p\"]\non = [\"fleet-down\"]\nbatch = 0\n",
         "/etc/a/f.toml:1:1: error: [[hook]] is on \"fleet-down\", and batch = 0 has each tunnel told of "
         "alone\n"},
    };
    for (const auto& [text, complaint] : cases)
        CHECK(complaint_about_hook(text) == complaint);
    CHECK(hooks_of("[hook]\nrun = [\"p\"]\n").errors.text() ==
          "/etc/a/f.toml:1:1: error: hook: a list of tables is expected, not a table\n  write [[hook]], with "
          "two "
          "brackets\n");
    CHECK(hooks_of("[[hook]]\nrun = [\"p\"]\non = [\"box-lost\"]\ntunnels = [\"n1\"]\n",
                   "[hub]\nlisten = 7700\n")
              .errors.text()
              .empty());
}
