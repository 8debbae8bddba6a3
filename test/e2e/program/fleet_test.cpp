// autossh --fleet with the real ssh and sshd.
#include "e2e/support/autossh.hpp"
#include "e2e/support/fleet_folder.hpp"
#include "support/machine/notify_listener.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>

using namespace autossh_test;

namespace {

/// An ssh that notes how many files it may open and where its input comes from, and stays.
std::string noting_ssh(const FleetFolder& folder)
{
    const std::string script = folder / "ssh";
    write_file(script, fmt::format("#!/bin/sh\necho \"$(ulimit -Sn) $(readlink /proc/self/fd/0)\" >{0}/new\n"
                                   "mv {0}/new {0}/noted\nexec sleep 1000\n",
                                   folder.path().parent_path().string()));
    ::chmod(script.c_str(), 0700);
    return script;
}

}  // namespace

TEST_CASE("Fleet: what one tunnel ends of is no business of the others")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const unsigned short port = free_port_pair();
    // sshd itself has the port that the forward is to have.
    const FleetFolder folder(fmt::format(R"([defaults]
host = "server"
options = ["-F", "{}"]
[tunnel.whole]
local = ["127.0.0.1:{}:127.0.0.1:9"]
[tunnel.killed]
[tunnel.nokey]
options = ["-F", "{}", "-o", "PubkeyAuthentication=no"]
[tunnel.busy]
options = ["-F", "{}", "-o", "ExitOnForwardFailure=no"]
local = ["127.0.0.1:{}:127.0.0.1:9", "127.0.0.1:{}:127.0.0.1:9"]
[tunnel.off]
enabled = false
)",
                                         sshd.client_config().string(), port, sshd.client_config().string(),
                                         sshd.client_config().string(), sshd.port(), port + 1));
    const NotifyListener listener;
    ProcessOptions options = folder.options();
    options.changes = {{"NOTIFY_SOCKET", listener.name()}};
    const Process autossh(options);
    const std::string counts = "STATUS=lab: 5 tunnels: 2 up, 1 degraded, 1 waiting, 1 stopped\n";
    std::string told = listener.next_with("READY=1");
    CHECK(told.starts_with("STATUS=lab: 5 tunnels: "));
    while (!told.empty() && !told.starts_with(counts))
        told = listener.next_with("READY=1");
    CHECK(told.starts_with(counts));
    CHECK(folder.count("]: busy: degraded: local port ") == 1);
    CHECK(folder.count("]: nokey: not up after ") == 1);

    const pid_t killed = folder.ssh_of("killed");
    REQUIRE(killed > 0);
    process_table::send(killed, SIGKILL);
    CHECK(folder.wait_for("]: killed: up", 2));
    CHECK(folder.ssh_of("killed") != killed);
    CHECK(folder.count("]: whole: starting ssh (count ") == 1);
    CHECK(folder.count("]: busy: starting ssh (count ") == 1);
    CHECK(folder.count("]: off: ") == 0);

    // HUP ends all waits, and disturbs nobody who has none.
    const int tries = folder.count("]: nokey: starting ssh (count ");
    autossh.signal(SIGHUP);
    CHECK(folder.wait_for("]: nokey: starting ssh (count ", tries + 1));
    CHECK(folder.count("]: whole: starting ssh (count ") == 1);

    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(0));
    CHECK(autossh.wait_until_nothing_left());
}

TEST_CASE("Fleet: --check tells of each tunnel, the worst first, or of one")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const FleetFolder folder(fmt::format(R"([defaults]
host = "server"
options = ["-F", "{0}"]
[tunnel.good]
[tunnel.nokey]
options = ["-F", "{0}", "-o", "PubkeyAuthentication=no"]
)",
                                         sshd.client_config().string()));
    const std::string pid_file = folder / "pid";
    const Process autossh(folder.options({"--pid-file", pid_file}));
    CHECK(folder.wait_for("]: good: up: "));
    CHECK(folder.wait_for("]: nokey: not up after "));

    const auto check = [&](const std::vector<std::string>& words) {
        std::vector<std::string> all{tested_autossh(), "--check"};
        all.insert(all.end(), words.begin(), words.end());
        return ProcessOptions{.arguments = all};
    };
    const Process whole(check({"--pid-file", pid_file}));
    CHECK(whole.wait_for_exit() == exited(2));
    const std::string lines = whole.output();
    CHECK(lines.starts_with("lab: 2 tunnels: 1 up, 1 waiting\nnokey: waiting "));
    CHECK(lines.find("\ngood: up for ") != std::string::npos);
    const Process one(check({"good"}));
    CHECK(one.wait_for_exit() == exited(0));
    CHECK(one.output().starts_with("good: up for "));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit().has_value());
    CHECK(autossh.wait_until_nothing_left());
}

TEST_CASE("Fleet: a file with mistakes starts nothing, and all of them are told")
{
    const FleetFolder folder("[tunnel.a]\npol = 1\n[tunnel.b]\nlocal = ['x']\n");
    const Process autossh(folder.options());
    CHECK(autossh.wait_for_exit() == exited(65));
    CHECK(autossh.errors() ==
          fmt::format("{0}:2:1: error: unknown key \"pol\" in [tunnel.a]\n  did you mean \"poll\"?\n"
                      "{0}:4:10: error: \"x\" is no forward for -L: [BIND:]PORT:HOST:HOSTPORT or a socket's "
                      "path\n",
                      folder.path().string()));
    CHECK(folder.count("starting") == 0);

    ::chmod(folder.path().c_str(), 0620);
    const Process unsafe(folder.options());
    CHECK(unsafe.wait_for_exit() == exited(65));
    CHECK(unsafe.errors() == fmt::format("{0}:1:1: error: other users can write {0}, and could have any "
                                         "command run\n  chmod go-w {0}\n",
                                         folder.path().string()));

    const Process wrong({.arguments = {tested_autossh(), "--fleet", "--poll", "3", folder.path()}});
    CHECK(wrong.wait_for_exit() == exited(64));
    CHECK(wrong.errors() == "autossh: option --poll does not go with --fleet: it is a key in its file\n");

    const FleetFolder secret("[tunnel.a]\nsecret-file = '/nonexistent'\n");
    const Process without(secret.options());
    CHECK(without.wait_for_exit() == exited(65));
    CHECK(without.errors().find("lab.toml:1:1: error: tunnel \"a\": ") != std::string::npos);
}

TEST_CASE("Fleet: no ssh outlives a process that is killed by SIGKILL, and the next one comes up")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetFolder folder(
        fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n[tunnel.a]\n[tunnel.b]\n"
                    "local = [\"127.0.0.1:{}:127.0.0.1:9\"]\n",
                    sshd.client_config().string(), free_port_pair()));
    {
        const Process first(folder.options());
        REQUIRE(folder.wait_for(": up: ", 2));
        first.signal(SIGKILL);
        CHECK(first.wait_for_exit() == killed_by(SIGKILL));
        CHECK(first.wait_until_nothing_left());
    }
    const Process second(folder.options());
    CHECK(folder.wait_for(": up: ", 4));
    second.signal(SIGTERM);
    CHECK(second.wait_for_exit());
}

TEST_CASE("Fleet: the log goes where the file has it")
{
    const FleetFolder folder(
        "[log]\nfile = 'log'\nformat = 'json'\n[tunnel.a]\nssh = '/bin/false'\nplain = true\n"
        "monitor = 0\nrestart = 'never'\n");
    const Process autossh({.arguments = {tested_autossh(), "--fleet", folder.path()}});
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(folder.count("\"tunnel\":\"a\"") >= 1);
    CHECK(autossh.errors().find("starting") == std::string::npos);
}

TEST_CASE("Fleet: ssh gets the old limit of open files and nothing to read, and -f leaves a daemon")
{
    const FleetFolder folder("");
    write_file(folder.path(),
               fmt::format("[tunnel.a]\nssh = '{}'\nplain = true\nmonitor = 0\n", noting_ssh(folder)));
    const std::string pid_file = folder / "pid";
    ProcessOptions options = folder.options({"-f", "--pid-file", pid_file});
    options.arguments.insert(options.arguments.begin(),
                             {"/bin/sh", "-c", "ulimit -Sn 100; exec \"$@\"", "sh"});
    options.changes = {{"AUTOSSH_POLL", "5"}};
    const Process autossh(options);
    CHECK(autossh.wait_for_exit() == exited(0));
    CHECK(wait_until([&] { return !read_file(folder / "noted").empty(); }));
    CHECK(read_file(folder / "noted") == "100 /dev/null\n");
    CHECK(folder.count("]: AUTOSSH_POLL is not read by a fleet: it is for one tunnel; write the key "
                       "\"poll\"\n") == 1);
    CHECK(folder.count("]: a: port set to 0, monitoring disabled\n") == 1);
    const auto daemon = static_cast<pid_t>(std::stol(read_file(pid_file)));
    process_table::send(daemon, SIGTERM);
    CHECK(autossh.wait_until_nothing_left());
    CHECK_FALSE(std::filesystem::exists(pid_file));
}
