// Manual, "--check": which supervisor is asked, and what is made of its answer.
#include "autossh/program/check.hpp"
#include "autossh/rules/status_report.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/system/private_directory.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"
#include "unit/program/supervisor_stand_in.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::report;
using autossh_test::Supervisor;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

Environment environment(const Variables& variables)
{
    return [variables](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

std::optional<CheckTarget> target(const std::vector<std::string>& arguments, const Variables& variables = {})
{
    return check_target(arguments, environment(variables));
}

/// Two places with a supervisor in each.
struct TwoSupervisors {
    TemporaryDirectory place;
    TemporaryDirectory other_place;
    Supervisor home{place.path(), report("home", Health::up, "up for 5 s")};
    Supervisor work{other_place.path(), report("work", Health::down, "waiting 8 s: refused")};

    CheckResult ask(const CheckTarget& target) const
    {
        return check(target, {place.path(), other_place.path(), place / "nowhere"});
    }
};

const std::string our_pid = std::to_string(getpid());

}  // namespace

TEST_CASE("Check: what is asked for")
{
    CHECK_FALSE(target({}));
    CHECK_FALSE(target({"-N", "--check"}));
    CHECK_FALSE(target({"host", "--check"}));
    struct Row {
        std::vector<std::string> arguments;
        std::string name;
        std::string pid_file;
    };
    const Variables variables{{"AUTOSSH_NAME", "n"}, {"AUTOSSH_PIDFILE", "/p"}};
    const std::vector<Row> rows{
        {{"--check"}, "", ""},
        {{"--check", "home"}, "home", ""},
        {{"--check", "--pid-file", "/run/x"}, "", "/run/x"},
        {{"--check", "--pid-file=/run/x"}, "", "/run/x"},
    };
    for (const Row& row : rows) {
        CHECK(target(row.arguments)->name == row.name);
        CHECK(target(row.arguments)->pid_file == row.pid_file);
        if (row.arguments.size() > 1) {
            CHECK(target(row.arguments, variables)->name == row.name);
            CHECK(target(row.arguments, variables)->pid_file == row.pid_file);
        }
    }
    CHECK(target({"--check"}, variables)->pid_file == "/p");
    CHECK(target({"--check"}, {{"AUTOSSH_NAME", "n"}})->name == "n");
    const std::vector<std::vector<std::string>> wrong{
        {"--check", "a", "b"}, {"--check", "--pid-file"},         {"--check", "--pid-file", "f", "name"},
        {"--check", "-N"},     {"--check", "n", "--pid-file=/x"}, {"--check", ""},
    };
    for (const auto& arguments : wrong)
        CHECK_THROWS_AS(target(arguments), UsageError);
}

TEST_CASE("Check: by name")
{
    const CheckResult home = TwoSupervisors().ask({.name = "home", .pid_file = ""});
    CHECK(home.line == "home: up for 5 s");
    CHECK(home.exit_status == 0);
    const CheckResult work = TwoSupervisors().ask({.name = "work", .pid_file = ""});
    CHECK(work.line == "work: waiting 8 s: refused");
    CHECK(work.exit_status == 2);
}

TEST_CASE("Check: by pid file")
{
    const TemporaryDirectory place;
    write_file(place / "pid", our_pid + "\n");
    const Supervisor only(place.path(), report("x", Health::impaired, "degraded for 1 s: cause"));
    const CheckResult result = check({.name = "", .pid_file = place / "pid"}, {place.path()});
    CHECK(result.line == "x: degraded for 1 s: cause");
    CHECK(result.exit_status == 1);
}

TEST_CASE("Check: who listens must be the process that the directory is named after")
{
    const TemporaryDirectory place;
    write_file(place / "pid", "4100001\n");
    const Supervisor impostor(place.path(), report("home", Health::up, "up for 5 s"),
                              Supervisor::Manner::answers, 4'100'001);
    CHECK(check({.name = "home", .pid_file = ""}, {place.path()}).exit_status == 2);
    CHECK(check({.name = "", .pid_file = place / "pid"}, {place.path()}).exit_status == 2);
    CHECK(check({}, {place.path()}).exit_status == 2);
}

TEST_CASE("Check: a link is not followed, and only our own user's directories are believed")
{
    const TemporaryDirectory place;
    const TemporaryDirectory hidden;
    const Supervisor only(hidden.path(), report("home", Health::up, "up for 5 s"));
    const std::string entry = "auto-ssh." + our_pid + ".abcdef";
    std::filesystem::create_symlink(hidden / entry, place / entry);
    CHECK(check({.name = "home", .pid_file = ""}, {place.path()}).exit_status == 2);
    if (geteuid() == 0) {
        REQUIRE(chown((hidden / entry).c_str(), 65534, 65534) == 0);
        CHECK(check({.name = "home", .pid_file = ""}, {hidden.path()}).exit_status == 2);
        REQUIRE(chown((hidden / entry).c_str(), 0, 0) == 0);
    }
    CHECK(check({.name = "home", .pid_file = ""}, {hidden.path()}).exit_status == 0);
}

TEST_CASE("Check: which one is meant must be clear")
{
    const CheckResult several = TwoSupervisors().ask({});
    CHECK(several.exit_status == 2);
    CHECK(several.line.starts_with("2 are running, name one of them: "));
    CHECK(several.line.find("home") != std::string::npos);
    CHECK(several.line.find("work") != std::string::npos);
    const CheckResult unknown = TwoSupervisors().ask({.name = "away", .pid_file = ""});
    CHECK(unknown.line == "not running: no autossh of the name \"away\" answers");
    CHECK(unknown.exit_status == 2);
}

TEST_CASE("Check: a single one need not be named")
{
    const TemporaryDirectory place;
    const Supervisor only(place.path(), report("x", Health::impaired, "connecting for 1 s"));
    const CheckResult result = check({}, {place.path()});
    CHECK(result.line == "x: connecting for 1 s");
    CHECK(result.exit_status == 1);
}

TEST_CASE("Check: a pid file that is not there, is empty, or is stale")
{
    const TemporaryDirectory place;
    const std::string file = place / "pid";
    const auto line = [&] { return check({.name = "", .pid_file = file}, {place.path()}).line; };
    CHECK(line() == "not running: " + file + ": No such file or directory");
    write_file(file, "");
    CHECK(line() == "not running: " + file + ": there is no pid in it");
    write_file(file, "4100004\n");
    CHECK(line() == "not running: no autossh with the pid 4100004 of " + file + " answers");
    const Supervisor dead(place.path(), "", Supervisor::Manner::is_dead, 4'100'004);
    CHECK(line() == "not running: no autossh with the pid 4100004 of " + file + " answers");
}

TEST_CASE("Check: a supervisor that does not answer, or not as one, is not taken for well")
{
    const TemporaryDirectory place;
    {
        const Supervisor stopped(place.path(), "", Supervisor::Manner::is_stopped);
        const CheckResult result = check({}, {place.path()});
        CHECK(result.line == "autossh (pid " + our_pid + ") does not answer: is it stopped?");
        CHECK(result.exit_status == 2);
    }
    std::filesystem::remove_all(place / ("auto-ssh." + our_pid + ".abcdef"));
    const Supervisor strange(place.path(), std::string(10'000, 'x'));
    const CheckResult result = check({}, {place.path()});
    CHECK(result.line == "autossh (pid " + our_pid + ") cannot be asked: Protocol error");
    CHECK(result.exit_status == 2);
}

TEST_CASE("Check: who may not ask is told so")
{
    SKIP_UNLESS(geteuid() != 0, "root may look into every directory");
    const TemporaryDirectory place;
    std::filesystem::create_directory(place / "home");
    chmod((place / "home").c_str(), 0);
    const CheckResult result = check({.name = "home", .pid_file = ""}, {place / "home"});
    CHECK(result.line == (place / "home").string() + ": only its own user and root may ask");
    CHECK(result.exit_status == 2);
    CHECK(check({}, {place / "home"}).line == "not running: no autossh of this user answers");
    chmod((place / "home").c_str(), 0700);
}

TEST_CASE("Check: the places of supervisors are those of the environment and those that everyone knows")
{
    const auto places = places_of_supervisors(environment(
        {{"RUNTIME_DIRECTORY", "/run/a:/run/b"}, {"XDG_RUNTIME_DIR", "/run/user/7"}, {"TMPDIR", ""}}));
    for (const std::string& wanted : {std::string("/run/a"), std::string("/run/user/7"), std::string("/tmp"),
                                      "/run/user/" + std::to_string(geteuid())})
        CHECK(std::find(places.begin(), places.end(), wanted) != places.end());
    CHECK(std::find(places.begin(), places.end(), "") == places.end());
}
