#include "autossh/program/fleet_check.hpp"
#include "autossh/program/fleet_explanation.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/program/fleet_start.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

autossh::Environment fleet_environment(std::map<std::string, std::string, std::less<>> variables)
{
    return [variables = std::move(variables)](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
}

std::string complaint_of_arguments(const std::vector<std::string>& arguments)
{
    Settings settings;
    try {
        read_fleet_arguments(arguments, fleet_environment({}), settings);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("Fleet file: one that others can change is not read")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "f.toml";
    write_file(path, "text");
    for (const mode_t mode : {0600U, 0644U, 0400U}) {
        ::chmod(path.c_str(), mode);
        CHECK(read_guarded_file(path).text == "text");
        CHECK(read_guarded_file(path).error == "");
    }
    for (const mode_t mode : {0620U, 0602U, 0666U}) {
        ::chmod(path.c_str(), mode);
        CHECK(read_guarded_file(path).error ==
              fmt::format("other users can write {}, and could have any command run", path));
        CHECK(read_guarded_file(path).remedy == fmt::format("chmod go-w {}", path));
    }
    ::chmod(path.c_str(), 0600);
    if (::geteuid() == 0) {
        REQUIRE(::chown(path.c_str(), 12345, 0) == 0);
        CHECK(read_guarded_file(path).error.find("belongs to another user (uid 12345)") != std::string::npos);
    }
    CHECK(read_guarded_file(directory.path()).error ==
          fmt::format("{} is no file", directory.path().string()));
    CHECK(read_guarded_file(directory / "none").error ==
          fmt::format("{} cannot be read: No such file or directory", (directory / "none").string()));
}

TEST_CASE("Fleet file: the hosts of ssh's configuration are those with a name, also in what it includes")
{
    const TemporaryDirectory home;
    std::filesystem::create_directories(home / ".ssh/d");
    write_file(
        home / ".ssh/config",
        "# Host comment\nHost tun-a  \"tun b\" !no *.net tun-a\n  HostName x\nhost=tun-c\nInclude d/*.conf "
        "~/.ssh/more\nMatch host tun-m\n");
    write_file(home / ".ssh/d/1.conf", "Host tun-d\nInclude config\n");
    write_file(home / ".ssh/more", "Host tun-e\n");
    const std::string before = std::getenv("HOME") != nullptr ? std::getenv("HOME") : "";
    ::setenv("HOME", home.path().c_str(), 1);
    std::vector<std::string> hosts = fleet_files().ssh_hosts();
    ::setenv("HOME", before.c_str(), 1);
    std::erase_if(hosts, [](const std::string& host) { return !host.starts_with("tun"); });
    CHECK((hosts == std::vector<std::string>{"tun-a", "tun b", "tun-c", "tun-d", "tun-e"}));
}

TEST_CASE("Fleet file: it has changed when it, or what it includes, is another one than was read")
{
    const TemporaryDirectory directory;
    const auto write = [&](const std::string& name, const std::string& text) {
        write_file(directory / name, text);
        ::chmod((directory / name).c_str(), 0600);
    };
    write("f.toml", "include = [\"more/*.toml\"]\n[tunnel.a]\n");
    std::filesystem::create_directory(directory / "more");
    write("more/b.toml", "[tunnel.b]\n");
    const auto read = [&] { return read_fleet_files(directory / "f.toml", {}); };
    FleetPlan plan = read();
    CHECK(plan.errors.text().empty());
    CHECK(plan.tunnels.size() == 2);
    CHECK_FALSE(plan.files_have_changed());
    write("more/b.toml", "[tunnel.b]\n[tunnel.c]\n");
    CHECK(plan.files_have_changed());
    plan = read();
    CHECK_FALSE(plan.files_have_changed());
    write("more/d.toml", "[tunnel.d]\n");
    CHECK(plan.files_have_changed());
    plan = read();
    CHECK_FALSE(plan.files_have_changed());
    std::filesystem::remove(directory / "more/d.toml");
    CHECK(plan.files_have_changed());
}

TEST_CASE("Fleet file: observers are a group of the machine")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "f.toml";
    write_file(path, "[fleet]\nobservers = \"no such group\"\n[tunnel.a]\n");
    ::chmod(path.c_str(), 0600);
    const std::string words =
        fmt::format("{}:2:13: error: observers: there is no group \"no such group\"\n", path);
    CHECK(read_fleet_files(path, {}).errors.text() == words);
    CHECK(checked_fleet(path, std::nullopt, fleet_environment({})).errors.text() == words);
    const InheritedSignals inherited;
    Log log;
    CHECK(explain_fleet({path}, fleet_environment({}), inherited, log).complaint == words);
}

TEST_CASE("Fleet: its command line has options of the process, and one file")
{
    Settings settings;
    const auto read = [&](const std::vector<std::string>& words) {
        settings = {};
        return read_fleet_arguments(
            words, fleet_environment({{"AUTOSSH_PATH", "/x/ssh"}, {"AUTOSSH_POLL", "x"}}), settings);
    };
    CHECK(read({"--fleet", "f"}) == "f");
    CHECK_FALSE(settings.background);
    CHECK(settings.ssh_path == "/x/ssh");
    CHECK(read({"-f", "--fleet", "--log-file", "l", "f", "--pid-file=p"}) == "f");
    CHECK(settings.background);
    CHECK((settings.log.file == "l"));
    CHECK(settings.pid_file == "p");
    CHECK(asks_for_fleet(std::vector<std::string>{"--fleet"}));
    CHECK(asks_for_fleet(std::vector<std::string>{"-f", "--fleet", "x"}));
    CHECK_FALSE(asks_for_fleet(std::vector<std::string>{"-N", "--fleet"}));
    CHECK_FALSE(asks_for_fleet(std::vector<std::string>{}));

    CHECK(complaint_of_arguments({"--fleet", "a", "b"}) == "usage: autossh --fleet [-f] [OPTIONS] [FILE]");
    CHECK(complaint_of_arguments({"--fleet", "-N", "b"}) == "usage: autossh --fleet [-f] [OPTIONS] [FILE]");
    CHECK(complaint_of_arguments({"--fleet", "--poll", "3"}) ==
          "option --poll does not go with --fleet: it is a key in its file");
    CHECK(complaint_of_arguments({"--fleet", "--name", "x"}) == "option --name does not go with --fleet");
    CHECK(complaint_of_arguments({"--fleet", "--debgu"}) == "unknown option --debgu; did you mean --debug?");
    CHECK(complaint_of_arguments({"--fleet", "--log-file"}) == "option --log-file requires a value");
    CHECK(complaint_of_arguments({"--fleet", "--debug=yes"}) == "option --debug takes no value");
}

TEST_CASE("Fleet: variables of one tunnel, and a limit that is too low, are warned of")
{
    CHECK(warnings_for_fleet(fleet_environment({{"AUTOSSH_LOGFILE", "x"}, {"AUTOSSH_PATH", "y"}}), 10, 1000)
              .empty());
    CHECK(
        (warnings_for_fleet(fleet_environment({{"AUTOSSH_PORT", "0"}, {"AUTOSSH_NAME", "x"}}), 1000, 1024) ==
         std::vector<std::string>{
             "AUTOSSH_PORT is not read by a fleet: it is for one tunnel; write the key \"monitor\"",
             "AUTOSSH_NAME is not read by a fleet: it is for one tunnel",
             "1000 tunnels may need 6064 open files, and the limit is 1024: raise it (ulimit -n 6064, or "
             "LimitNOFILE=6064 in the unit)"}));
}
