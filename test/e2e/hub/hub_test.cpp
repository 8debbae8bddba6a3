// autossh-hub(7): the echo, the boxes, and what is told of them.
#include "e2e/hub/hub_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/control_connection.hpp"
#include "support/catch.hpp"
#include "support/machine/notify_listener.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <list>
#include <string>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

TEST_CASE("DESCRIPTION: a hub gives back each byte, whoever sends them and however")
{
    const HubLab hub;
    const std::string bytes("\0\x01\xff\r\n no message \n\n", 18);
    CHECK(echo_of(hub.port(), bytes) == bytes);
    CHECK(echo_of(hub.path(), bytes) == bytes);
    CHECK(echo_of(hub.port(), "").empty());
    const std::string longest(4096, 'x');
    CHECK(echo_of(hub.port(), longest) == longest);
    const HeldConnection pieces(hub.port());
    for (const std::string piece : {"node auto", "ssh 7 ", "5 pieces\r", "\nand more"}) {
        pieces.send(piece);
        CHECK(pieces.receive(piece.size()) == piece);
    }
    CHECK(hub.comes_to_tell({"hub"}, "\npieces   alive"));
    CHECK(hub.told({"hub", "--json"}).find("\"strange\":3,") != std::string::npos);
}

TEST_CASE("Limits of a hub: 4 KiB on a connection, and 64 connections of one account")
{
    const HubLab hub;
    const HeldConnection talker(hub.port());
    talker.send(std::string(4096 + 100, 'x'));
    CHECK(talker.receive(5000).size() <= 4096);
    CHECK(wait_until([&] { return talker.has_been_closed(); }));

    std::list<HeldConnection> held;
    for (int i = 0; i < 70; ++i)
        held.emplace_back(hub.port());
    const auto closed = [&] { return std::ranges::count_if(held, &HeldConnection::has_been_closed); };
    CHECK(wait_until([&] { return closed() == 6; }));
    CHECK(hub.has_logged("]: hub: more than 64 connections at once of the account "));
    for (int i = 0; i < 6; ++i) {  // the oldest
        CHECK(held.front().has_been_closed());
        held.pop_front();
    }
    CHECK(hub.beat("n1"));
    CHECK(wait_until([&] { return closed() == 1; }));
    CHECK(held.front().has_been_closed());
    CHECK(hub.comes_to_tell({"hub"}, "\nn1       alive"));
    CHECK(occurrences(hub.log(), "connections at once") == 1);
}

TEST_CASE("Seeing it: autosshctl has the boxes, those that are meant, and exit statuses")
{
    const HubLab hub("expect = [\"n*\", \"office\"]\n");
    CHECK(hub.beat("n1"));
    CHECK(hub.beat("strange\x1b[31m"));
    CHECK(hub.comes_to_tell({"hub"}, "1 alive, 1 awaited, 1 unexpected, for "));
    CHECK(hub.comes_to_tell({"hub"}, "\nstrange\\x1b[31m  unexpected "));
    CHECK(hub.told({"hub"}).ends_with("exit 1"));
    CHECK(hub.told({"hub", "n*"}).ends_with("exit 0"));
    CHECK(hub.told({"hub", "--down"}).find("\nn1 ") == std::string::npos);
    CHECK(hub.told({"hub", "--json", "office"}).find("\"name\":\"office\",\"state\":\"awaited\"") !=
          std::string::npos);
    CHECK(hub.told({"hub", "none"}).find("autosshctl: no hub knows a box \"none\"\n") != std::string::npos);
    CHECK(hub.told({"hub", "none"}).ends_with("exit 4"));
    CHECK(hub.told({"status"}).find(": 0 tunnels; hub: 3 boxes\n") != std::string::npos);
    // Nobody else's file is in the way of who looks for mistakes.
    CHECK(hub.told({"check", hub.place() + "/hub.toml"}).find("0 tunnels and a hub, no mistakes") !=
          std::string::npos);
}

TEST_CASE("DESCRIPTION: a hub without a tunnel is ready when it listens, and ends when it is told to")
{
    const NotifyListener manager;
    const CtlLab lab;
    const unsigned short port = free_port_pair();
    write_file(lab / "hub.toml", fmt::format("[hub]\nlisten = {}\n", port));
    ::chmod((lab / "hub.toml").c_str(), 0600);
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab / "log", lab / "hub.toml"};
    options.changes = {
        {"XDG_RUNTIME_DIR", lab.place()}, {"XDG_STATE_HOME", lab.place()}, {"NOTIFY_SOCKET", manager.name()}};
    {
        const Process hub(options);
        CHECK(manager.next_with("READY=1").find("STATUS=hub: 0 tunnels; hub: 0 boxes") != std::string::npos);
        CHECK(echo_of(port, "x") == "x");
        hub.signal(SIGTERM);
        CHECK(hub.wait_for_exit() == exited(0));
        CHECK(manager.next_with("STOPPING=1") != "");
    }
    options.arguments.insert(options.arguments.begin() + 1, "-f");
    options.changes.erase("NOTIFY_SOCKET");
    const Process background(options);
    CHECK(background.wait_for_exit() == exited(0));
    CHECK(echo_of(port, "y") == "y");
    const Process taken(options);  // who starts it in the background is told so, too
    CHECK(taken.wait_for_exit() == exited(1));
    CHECK(taken.errors().find("Address already in use") != std::string::npos);
}

TEST_CASE("Seeing it: a box that is forgotten is out of the list and of the file, until it beats again")
{
    HubLab hub;
    CHECK(hub.beat("n1"));
    CHECK(hub.beat("n2"));
    CHECK(hub.comes_to_tell({"hub"}, "\nn2       alive"));
    const auto exit_of = [&](const std::vector<std::string>& words) {
        return Process(hub.ctl(words)).wait_for_exit();
    };
    CHECK(exit_of({"hub", "--forget", "n1"}) == exited(0));
    CHECK(hub.has_logged("]: hub: box n1 is forgotten: asked for by autosshctl (pid "));
    CHECK(exit_of({"hub", "n1"}) == exited(4));
    CHECK(exit_of({"hub", "--forget", "n1"}) == exited(4));
    CHECK(exit_of({"hub", "--forget", "n1", "n2"}) == exited(64));
    hub.stop();
    hub.start();
    CHECK(hub.comes_to_tell({"hub"}, "\nn2 "));
    CHECK(exit_of({"hub", "n1"}) == exited(4));
    CHECK(hub.beat("n1"));
    CHECK(hub.comes_to_tell({"hub"}, "\nn1       alive"));
}

TEST_CASE("Seeing it: where nobody is a hub, that is said")
{
    const CtlLab lab;
    write_file(lab / "none.toml", "[tunnel.a]\nhost = \"192.0.2.1\"\n");
    ::chmod((lab / "none.toml").c_str(), 0600);
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab / "log", lab / "none.toml"};
    options.changes = {{"XDG_RUNTIME_DIR", lab.place()}, {"XDG_STATE_HOME", lab.place()}};
    const Process fleet(options);
    const auto told = [&] {
        const Process ctl(lab.options({"-D", "none", "hub"}));  // other tests have hubs
        const std::optional<ExitResult> exit = ctl.wait_for_exit();
        return std::pair(exit, ctl.errors());
    };
    std::pair<std::optional<ExitResult>, std::string> last;
    CHECK(wait_until([&] {
        last = told();
        return last ==
               std::pair(
                   std::optional(exited(69)),
                   std::string("autosshctl: no autossh here is a hub: one with [hub] in its file is, see "
                               "autossh-hub(7)\n"));
    }));
    CHECK(last.second.starts_with("autosshctl: no autossh here is a hub"));
    CHECK_FALSE(std::filesystem::exists(lab / "autossh/none/hub.json"));
    fleet.signal(SIGTERM);
    CHECK(fleet.wait_for_exit());
}

TEST_CASE("The table [hub]: a place that somebody has is told before anything is started")
{
    const HubLab hub;
    const TemporaryDirectory directory;
    const auto refused = [&](const std::string& places) {
        write_file(directory / "f.toml", "[hub]\nlisten = " + places + "\n[tunnel.a]\n");
        ::chmod((directory / "f.toml").c_str(), 0600);
        ProcessOptions options;
        options.arguments = {tested_autossh(), "--fleet", "--log-file", directory / "log",
                             directory / "f.toml"};
        options.changes = {{"XDG_STATE_HOME", directory.path()}};
        const Process other(options);
        CHECK(other.wait_for_exit() == exited(1));
        CHECK(read_file(directory / "log").find("starting ssh") == std::string::npos);
        return other.errors();
    };
    CHECK(refused(std::to_string(hub.port()))
              .find(fmt::format(
                  "hub: cannot listen on 127.0.0.1:{}: Address already in use: pid {} (autossh) has it\n",
                  hub.port(), hub.process().pid())) != std::string::npos);
    CHECK(refused("\"" + hub.path() + "\"").find(": another process listens there\n") != std::string::npos);
    write_file(directory / "file", "a file of somebody's");
    CHECK(refused("\"" + (directory / "file").string() + "\"")
              .find(": there is something that is no socket; remove it, or take another path\n") !=
          std::string::npos);
    CHECK(read_file(directory / "file") == "a file of somebody's");
    CHECK(refused("\"/no/such/echo\"").find(": there is no directory /no/such; ") != std::string::npos);
    CHECK(hub.beat("n1"));
}

TEST_CASE("States of a box: one that goes silent is lost, is told so once, and comes back")
{
    HubLab hub("least = \"1s\"\nlate = 1\nlost = 1\nexpect = [\"n1\", \"n2\", \"m*\"]\n"
               "[[hook]]\nrun = [\"sh\", \"-c\", \"echo told: $AUTOSSH_EVENT $AUTOSSH_TUNNEL\"]\n"
               "on = [\"box-lost\", \"box-back\"]\nbatch = 0\n");
    const auto beat = [&](const char* box) {
        CHECK(hub.beat(box));
        CHECK(hub.beat(box));
    };
    const Process events(hub.ctl({"events"}));
    // It listens as soon as it tells of a box that has come.
    int boxes = 0;
    CHECK(wait_until([&] {
        return hub.beat(fmt::format("m{}", ++boxes)) &&
               events.output().find("\"box\":\"m") != std::string::npos;
    }));
    beat("n1");
    const auto n1_is_told_lost = [&] {
        return events.output().find("\"box\":\"n1\",\"state\":\"lost\"") != std::string::npos;
    };
    CHECK(wait_until([&] { return hub.beat("n2") && n1_is_told_lost(); }, time_to_be_lost,
                     std::chrono::milliseconds(200)));
    CHECK(hub.has_logged("]: box n1 is lost: nothing from it for "));
    CHECK(hub.told({"hub"}).ends_with("exit 2"));
    CHECK(hub.told({"hub", "--down"}).find("\nn1       lost ") != std::string::npos);
    // One that is silent since before is lost still when the hub has been started again, and is told so no
    // more.
    beat("n2");
    hub.stop();
    hub.start();
    CHECK(hub.told({"hub", "n1"}).find("\nn1       lost ") != std::string::npos);
    CHECK(occurrences(hub.log(), "]: box n1 is lost") == 1);
    // One that falls silent meanwhile is missed when its time has passed.
    CHECK(hub.has_logged("]: box n2 is lost: nothing from it for ", time_to_be_lost));
    beat("n1");
    CHECK(hub.has_logged("]: box n1 is back, after "));
    CHECK(hub.has_logged("]: hook sh: told: box-lost n1\n"));
    CHECK(hub.has_logged("]: hook sh: told: box-lost n2\n"));
    CHECK(hub.has_logged("]: hook sh: told: box-back n1\n"));
    CHECK(hub.comes_to_tell({"hub", "n1"}, "exit 0"));
    hub.stop();
}

TEST_CASE("DESCRIPTION: a hub that was stopped for a moment goes on, and takes orders")
{
    const HubLab hub;
    CHECK(hub.process().signal(SIGSTOP));
    CHECK(wait_until([&] { return state_of(hub.process().pid()) == 'T'; }));
    CHECK(hub.process().signal(SIGCONT));
    CHECK(hub.beat("n1"));
    CHECK(hub.comes_to_tell({"reload"}, "nothing has changed"));
    CHECK_FALSE(hub.process().exit_result());
}

TEST_CASE("The table [hub]: a changed file is taken over, and no box and no connection is lost by it")
{
    const HubLab hub;
    CHECK(hub.beat("n1"));
    const HeldConnection held(hub.port());
    held.send("held");
    CHECK(held.receive(4) == "held");
    // A socket that somebody has removed is made anew.
    std::filesystem::remove(hub.path());
    CHECK(hub.told({"reload"}).find("[hub]: times\n") == 0);
    CHECK(echo_of(hub.path(), "path") == "path");
    CHECK(hub.told({"reload"}).find("nothing has changed") != std::string::npos);
    const unsigned short other = free_port_pair();
    hub.write(fmt::format("[hub]\nlisten = [{}, {}]\nexpect = [\"n1\", \"n2\"]\n", hub.port(), other));
    CHECK(hub.told({"reload"}).find("[hub]: times\n") == 0);
    CHECK(echo_of(other, "new") == "new");
    held.send("still");
    CHECK(held.receive(5) == "still");
    CHECK_FALSE(std::filesystem::exists(hub.path()));
    CHECK(hub.told({"hub"}).find("2 boxes: 1 alive, 1 awaited") != std::string::npos);
    // A mistake, and a port that is not to be had: all goes on as it was.
    hub.write("[hub]\nlisten = [\"0.0.0.0:1\"]\n");
    CHECK(hub.told({"reload"}).ends_with("exit 65"));
    const HubLab neighbour;
    hub.write(fmt::format("[hub]\nlisten = [{}, {}]\n", hub.port(), neighbour.port()));
    CHECK(hub.told({"reload"}).find("hub.toml:2:") != std::string::npos);
    CHECK(hub.told({"reload"}).find("Address already in use") != std::string::npos);
    CHECK(hub.beat("n1"));
    CHECK(echo_of(other, "old") == "old");
    CHECK(hub.told({"hub"}).find("2 boxes: ") != std::string::npos);
    // It is no hub any more.
    hub.write("[tunnel.a]\nhost = \"192.0.2.1\"\n");
    CHECK(hub.told({"reload"}).find("[hub]: stop: it is not in the file any more\n") != std::string::npos);
    CHECK(echo_of(hub.port(), "x").empty());
}
