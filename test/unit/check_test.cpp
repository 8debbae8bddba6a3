// Manual, "--check": which supervisor is asked, and what is made of its answer.
#include "autossh/check.hpp"
#include "autossh/command_line.hpp"
#include "autossh/private_directory.hpp"
#include "autossh/socket_address.hpp"
#include "autossh/status_report.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
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

/// A supervisor's directory with a socket that gives one answer.
class Supervisor {
public:
    enum class Manner { answers, is_stopped, is_dead };

    Supervisor(const std::string& place, pid_t pid, std::string answer, Manner manner = Manner::answers)
        : path_(place + "/autossh." + std::to_string(pid) + ".abcdef"), answer_(std::move(answer))
    {
        std::filesystem::create_directory(path_);
        const auto address = UnixAddress::of_path(path_ + "/status");
        listener_ = UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener_.get(), address->get(), address->size()) == 0);
        if (manner != Manner::is_dead)
            REQUIRE(::listen(listener_.get(), 5) == 0);
        if (manner == Manner::answers)
            thread_ = std::thread([this] {
                const UniqueFd client(::accept(listener_.get(), nullptr, nullptr));
                static_cast<void>(::send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL));
            });
    }
    ~Supervisor()
    {
        ::shutdown(listener_.get(), SHUT_RDWR);  // one who was not asked
        if (thread_.joinable())
            thread_.join();
    }
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

private:
    std::string path_;
    std::string answer_;
    UniqueFd listener_;
    std::thread thread_;
};

std::string report(const std::string& name, pid_t pid, Health health, const std::string& words)
{
    return to_text({.name = name, .pid = pid, .health = health, .words = words});
}

/// Two places with a supervisor in each.
struct TwoSupervisors {
    TemporaryDirectory place;
    TemporaryDirectory other_place;
    Supervisor home{place.path(), 4'100'001, report("home", 4'100'001, Health::up, "up for 5 s")};
    Supervisor work{other_place.path(), 4'100'002,
                    report("work", 4'100'002, Health::down, "waiting 8 s: refused")};

    CheckResult ask(const CheckTarget& target) const
    {
        return check(target, {place.path(), other_place.path(), place / "nowhere"});
    }
};

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

TEST_CASE("Check: by name, and by pid file")
{
    const TwoSupervisors two;
    const std::string pid_file = two.place / "pid";
    write_file(pid_file, "4100002\n");
    const CheckResult by_name = two.ask({.name = "home", .pid_file = ""});
    CHECK(by_name.line == "home: up for 5 s");
    CHECK(by_name.exit_status == 0);
    const TwoSupervisors others;
    write_file(others.place / "pid", "4100002\n");
    const CheckResult by_pid = others.ask({.name = "", .pid_file = others.place / "pid"});
    CHECK(by_pid.line == "work: waiting 8 s: refused");
    CHECK(by_pid.exit_status == 2);
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
    const Supervisor only(place.path(), 4'100'003,
                          report("x", 4'100'003, Health::impaired, "connecting for 1 s"));
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
    const Supervisor dead(place.path(), 4'100'004, "", Supervisor::Manner::is_dead);
    CHECK(line() == "not running: no autossh with the pid 4100004 of " + file + " answers");
}

TEST_CASE("Check: a supervisor that does not answer, or not as one, is not taken for well")
{
    const TemporaryDirectory place;
    {
        const Supervisor stopped(place.path(), 4'100'005, "", Supervisor::Manner::is_stopped);
        const CheckResult result = check({}, {place.path()});
        CHECK(result.line == "autossh (pid 4100005) does not answer: is it stopped?");
        CHECK(result.exit_status == 2);
    }
    std::filesystem::remove_all(place / "autossh.4100005.abcdef");
    const Supervisor strange(place.path(), 4'100'006, std::string(10'000, 'x'));
    const CheckResult result = check({}, {place.path()});
    CHECK(result.line == "autossh (pid 4100006) cannot be asked: Protocol error");
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
