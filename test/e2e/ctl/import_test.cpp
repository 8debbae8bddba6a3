// autosshctl(1), "Import": files that are written, and autosshs that run.
#include "e2e/ctl/stand_in_daemon.hpp"
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/skip.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

using ImportedWords = std::vector<std::string>;

class ImportFolder {
public:
    std::string fleet() const { return directory_ / "fleet.toml"; }
    std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }

    ProcessOptions import(ImportedWords words) const
    {
        words.insert(words.begin(), "import");
        ProcessOptions options = lab_.options(words);
        options.working_directory = directory_.path();
        return options;
    }
    ProcessOptions write(ImportedWords words) const
    {
        words.insert(words.begin(), {"--write", "--file", fleet()});
        return import(words);
    }

private:
    TemporaryDirectory directory_;
    CtlLab lab_;
};

unsigned mode_of_file(const std::string& path)
{
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("autosshctl, import: what is printed is a file that a fleet takes, with the same words for ssh")
{
    const ImportFolder lab;
    const std::string table =
        output_of(Process(lab.import({"--", "AUTOSSH_POLL=30", "autossh", "-f", "-M", "0", "-N", "-L",
                                      "8080:web:80", "-i", "key", "-o", "ServerAliveInterval 7", "me@host"})),
                  0);
    CHECK(table == fmt::format("# from the words behind --\n"
                               "# paths are made absolute, as they began in {0}\n"
                               "# to end it there: end the autossh that has these words\n"
                               "[tunnel.host]\n"
                               "host = \"me@host\"\n"
                               "local = [\"8080:web:80\"]\n"
                               "options = [\"-i\", \"{0}/key\", \"-o\", \"ServerAliveInterval 7\"]\n"
                               "monitor = 0\n"
                               "poll = 30\n",
                               (lab / "").parent_path().string()));
    write_file(lab.fleet(), table);
    ::chmod(lab.fleet().c_str(), 0600);
    ProcessOptions explain;
    explain.arguments = {tested_autossh(), "--explain", "--fleet", lab.fleet(), "host"};
    const Process explained(explain);
    CHECK(explained.wait_for_exit() == exited(0));
    CHECK(explained.output().find("-L 8080:web:80") != std::string::npos);
    CHECK(explained.output().find("'ServerAliveInterval 7'") != std::string::npos);
}

TEST_CASE("autosshctl, import: a file of its own for each tunnel, checked, and none is overwritten")
{
    const ImportFolder lab;
    write_file(lab / "crontab", "@reboot autossh -N -L 8080:a:1 web\n@reboot autossh -N -D 1080 web\n");
    const std::string told = output_of(Process(lab.write({"crontab"})), 0);
    INFO(told);
    const std::string web = lab / "fleet.d" / "web.toml";
    CHECK(told.starts_with(
        fmt::format("{0}: tunnel web\n{1}: tunnel web-2\n{2}: 2 tunnels, no mistakes\nNext:\n"
                    "  take line 1 out of ",
                    web, (lab / "fleet.d" / "web-2.toml").string(), lab.fleet())));
    CHECK(told.ends_with(fmt::format("\n  autossh --fleet {}\n", lab.fleet())));
    CHECK(mode_of_file(web) == (::geteuid() == 0 ? 0644U : 0600U));
    CHECK(read_file(web).find("[tunnel.web]\nlocal = [\"8080:a:1\"]\n") != std::string::npos);
    CHECK(output_of(Process(lab.import({"--help"})), 0).find("import SOURCES") != std::string::npos);

    const std::string before = read_file(web);
    const Process again(lab.write({"--", "autossh", "-N", "web"}));
    CHECK(output_of(again, 1).empty());
    CHECK(
        again.errors() ==
        fmt::format("autosshctl: {} is there already, and is left as it is: --name gives the tunnel another "
                    "name\n",
                    web));
    const Process conflict(lab.write({"--name", "other", "--", "autossh", "-N", "-D", "1080", "h"}));
    CHECK(output_of(conflict, 65).empty());
    CHECK(conflict.errors().find("both listen on 127.0.0.1:1080") != std::string::npos);
    CHECK(conflict.errors().ends_with("autosshctl: nothing is written\n"));
    CHECK(!std::filesystem::exists(lab / "fleet.d" / "other.toml"));
    CHECK(read_file(web) == before);
}

TEST_CASE("autosshctl, import: what the fleet has for all tunnels is told where it counts")
{
    const ImportFolder lab;
    write_file(lab.fleet(), "[defaults]\noptions = \"-v\"\n");
    ::chmod(lab.fleet().c_str(), 0600);
    const std::string told = output_of(Process(lab.write({"--name", "box", "--", "autossh", "-M", "0", "-N",
                                                          "--secret-command=/bin/echo x", "h"})),
                                       0);
    CHECK(told.find(fmt::format("for box counts also: options, {}:2\n", lab.fleet())) != std::string::npos);
    CHECK(mode_of_file(lab / "fleet.d" / "box.toml") == 0600U);
}

TEST_CASE("autosshctl, import: a mistake is told, and what can be printed is printed, and nothing written")
{
    const ImportFolder lab;
    write_file(lab / "crontab", "@reboot autossh -N a\n@reboot autossh -N $(hostname)\n");
    const std::string error =
        fmt::format("autosshctl: {}:2: what a command in the line stands for only the shell "
                    "knows: write it out\n",
                    (lab / "crontab").string());
    const Process printed(lab.import({"crontab"}));
    CHECK(output_of(printed, 65).ends_with("[tunnel.a]\n"));
    CHECK(printed.errors() == error);
    const Process written(lab.write({"crontab"}));
    CHECK(output_of(written, 65).empty());
    CHECK(written.errors() == error + "autosshctl: nothing is written\n");
    CHECK(!std::filesystem::exists(lab / "fleet.d"));
    const Process nowhere(lab.import({"nowhere"}));
    CHECK(output_of(nowhere, 65).empty());
    CHECK(nowhere.errors() == "autosshctl: nowhere cannot be read\n");
    CHECK(output_of(Process(lab.import({"--", "ls"})), 65).empty());
    CHECK(output_of(Process(lab.import({})), 64).empty());
    CHECK(output_of(Process(lab.import({"--from", "xml", "crontab"})), 64).empty());
    write_file(lab / "lab.toml", "[tunnel.x]\n");
    ::chmod((lab / "lab.toml").c_str(), 0600);
    const Process elsewhere(lab.import({"--write", "--file", lab / "lab.toml", "--", "autossh", "-N", "b"}));
    CHECK(output_of(elsewhere, 65).empty());
    CHECK(elsewhere.errors().find("does not include fleet.d/*.toml") != std::string::npos);
}

TEST_CASE("autosshctl, import: a script of sh, and what is not understood with its line")
{
    const ImportFolder lab;
    const std::string good = "#!/bin/sh\ncd /srv\nexport AUTOSSH_POLL=77\nautossh -M 0 -N -i key h &\n";
    write_file(lab / "start", good + "for p in 1 2; do autossh -N -R $p:a:1 h; done\n");
    const Process printed(lab.import({"start"}));
    const std::string table = output_of(printed, 65);
    INFO(table);
    CHECK(table.ends_with("[tunnel.h]\noptions = \"-i /srv/key\"\nmonitor = 0\npoll = 77\n"));
    CHECK(printed.errors() ==
          fmt::format("autosshctl: {}:5: what $p stands for only the shell knows: write it out\n",
                      (lab / "start").string()));
    write_file(lab / "start", good);
    CHECK(output_of(Process(lab.import({"--from", "script", "start"})), 0) == table);
}

TEST_CASE("autosshctl, import: an autossh that runs, with its variables")
{
    const ImportFolder lab;
    FakeSession session("sleep", {{"AUTOSSH_GATETIME", "7"}, {"OTHER_SECRET", "geheim"}});
    session.start({"-M", "0", "-N", "-L", "7001:a:1"});
    REQUIRE(session.started(1));
    const Process import(lab.import({"--running"}));  // other tests' autosshs may have mistakes
    import.wait_for_exit();
    const std::string tables = import.output();
    const std::string from = fmt::format("# from process {}\n", session.autossh().pid());
    const std::size_t begin = tables.find(from);
    REQUIRE(begin != std::string::npos);
    const std::string table = tables.substr(begin, tables.find("\n\n", begin) - begin);
    INFO(table);
    CHECK(table.find("\nlocal = [\"7001:a:1\"]\n") != std::string::npos);
    CHECK(table.find("\nmonitor = 0\n") != std::string::npos);
    CHECK(table.find("\ngate-time = 7\n") != std::string::npos);
    CHECK(table.find("geheim") == std::string::npos);
    stop(session);
}

TEST_CASE("autosshctl, import: a unit is found by its name")
{
    const ImportFolder lab;
    const std::filesystem::path units = lab / "systemd" / "user";
    std::filesystem::create_directories(units);
    write_file(units / "tun@.service", "[Service]\nExecStart=/usr/bin/autossh -M 0 -N %i.example.org\n");
    ProcessOptions options = lab.import({"tun@home.service"});
    options.changes["XDG_CONFIG_HOME"] = (lab / "").parent_path();
    CHECK(output_of(Process(options), 0) ==
          fmt::format("# from {}/tun@home.service\n"
                      "# to end it there: systemctl --user disable --now tun@home.service\n"
                      "[tunnel.home]\nhost = \"home.example.org\"\nmonitor = 0\n",
                      units.string()));
    options.arguments.back() = "nowhere@x.service";
    const Process nowhere(options);
    CHECK(output_of(nowhere, 65).empty());
    CHECK(nowhere.errors() == "autosshctl: nowhere@x.service cannot be read\n");
}

namespace {

/// Of those that it chooses from, above those that connections of other tests have.
unsigned short port_of_debians_script()
{
    unsigned short port = 61001;
    while (!port_is_free(port) || !port_is_free(static_cast<unsigned short>(port + 1)))
        port = static_cast<unsigned short>(port + 2);
    return port;
}

}  // namespace

TEST_CASE("autosshctl, import: 1.4g that runs")
{
    SKIP_UNLESS(::access(REFERENCE, X_OK) == 0, "no autossh 1.4g");
    const ImportFolder lab;
    ProcessOptions options;
    options.arguments = {REFERENCE, "-N", "-R", "7002:a:1", "me@old"};
    const std::string port = std::to_string(port_of_debians_script());
    options.changes = {{"AUTOSSH_PORT", port},
                       {"AUTOSSH_PATH", FAKE_SSH_PATH},
                       {"AUTOSSH_POLL", "99"},
                       {"FAKE_SSH_DIR", lab / "ssh"}};
    std::filesystem::create_directory(lab / "ssh");
    write_file(lab / "ssh" / "script", "sleep\n");
    const Process reference(options);
    const std::string from = fmt::format("# from process {}\n", reference.pid());
    std::string tables;
    REQUIRE(wait_until([&] {
        const Process import(lab.import({"--running"}));  // other tests' autosshs may have mistakes
        import.wait_for_exit();
        tables = import.output();
        return tables.find(from) != std::string::npos;
    }));
    const std::string table = tables.substr(tables.find(from));
    INFO(table);
    CHECK(table.find("# AUTOSSH_PORT=" + port + " is left out, as Debian's script chooses such a port") !=
          std::string::npos);
    CHECK(table.find("[tunnel.old]\nhost = \"me@old\"\nremote = [\"7002:a:1\"]\n") != std::string::npos);
    CHECK(table.find("\npoll = 99\n") != std::string::npos);
}
