// autosshctl(1), "Watch", with autosshs that run, over the stand-in for ssh.
#include "e2e/ctl/watch_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/fake_session.hpp"
#include "e2e/support/fleet_folder.hpp"
#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// A fleet of two tunnels, whose ssh stays, and one that is not enabled.
class FleetToWatch {
public:
    FleetToWatch()
        : folder_(fmt::format("[fleet]\nname = \"shown\"\n[defaults]\nssh = \"{}\"\nhost = \"server\"\n"
                              "plain = true\nmonitor = 0\n[tunnel.db]\ngroups = [\"prod\"]\n[tunnel.web]\n"
                              "[tunnel.lab]\nenabled = false\n",
                              FAKE_SSH_PATH))
    {
        write_file(folder_ / "script", "sleep\n");
        start();
    }

    void start()
    {
        ProcessOptions options = folder_.options();
        options.changes = {{"XDG_RUNTIME_DIR", lab_.place()},
                           {"FAKE_SSH_DIR", folder_.path().parent_path().string()}};
        fleet_ = std::make_unique<Process>(options);
    }
    void signal(int number) const { fleet_->signal(number); }
    void end(int signal)
    {
        fleet_->signal(signal);
        CHECK(fleet_->wait_for_exit());
    }
    /// `autosshctl` finds it.
    void wait_until_there(const std::string& name = "shown") const
    {
        REQUIRE(wait_until([&] {
            return Process(lab_.options({"-D", name})).wait_for_exit() != exited(69);
        }));
    }

    const CtlLab& lab() const { return lab_; }
    const FleetFolder& folder() const { return folder_; }
    std::vector<std::string> words() const { return {"-D", "shown", "watch"}; }

private:
    CtlLab lab_;
    FleetFolder folder_;
    std::unique_ptr<Process> fleet_;
};

}  // namespace

TEST_CASE("autosshctl, watch: a tunnel of a fleet is restarted, stopped and started, and its log goes on")
{
    FleetToWatch fleet;
    fleet.wait_until_there();
    WatchOnScreen watch(fleet.lab(), fleet.words());
    CHECK(watch.comes_to_show("3 tunnels: 2 "));
    CHECK(watch.comes_to_show("lab     stopped"));
    CHECK(watch.comes_to_show("not enabled"));
    watch.type("/web\rl");
    CHECK(watch.comes_to_show("web: starting ssh (count 1)"));
    watch.type("qr");
    CHECK(watch.line_has(23, "restart: web"));
    CHECK(fleet.folder().wait_for("web: starting ssh (count 2)"));
    watch.type("l");
    CHECK(watch.comes_to_show("web: starting ssh (count 2)"));
    watch.type("q\r");
    CHECK(watch.comes_to_show("Starts:       2"));
    CHECK(watch.comes_to_show(" -N server"));
    watch.type("qx");
    CHECK(watch.comes_to_show("web     stopped"));
    CHECK(watch.comes_to_show("by hand"));
    watch.type("S");
    CHECK(watch.stops_showing("web     stopped"));
    CHECK(fleet.folder().wait_for("web: starting ssh (count ", 3));
    watch.type("q");
    CHECK(watch.process().wait_for_exit() == exited(0));
    CHECK(watch.is_restored());
    CHECK(fleet.folder().count("db: starting ssh (count ") == 1);
    fleet.end(SIGTERM);
}

TEST_CASE("autosshctl, watch: a daemon that has gone is told, and waited for")
{
    FleetToWatch fleet;
    fleet.wait_until_there();
    WatchOnScreen watch(fleet.lab(), fleet.words());
    CHECK(watch.comes_to_show("3 tunnels: 2 "));
    watch.type("j");
    fleet.end(SIGKILL);
    CHECK(watch.line_has(0, "lost the daemon, trying again; 3 tunnels: 3 lost"));
    CHECK(watch.comes_to_show("has ended; it was"));
    watch.type("r");
    CHECK(watch.line_has(23, "has ended"));
    fleet.start();
    CHECK(watch.line_has(0, "3 tunnels: 2 "));
    CHECK(watch.stops_showing("lost the daemon"));
    CHECK(watch.stops_showing("db      lost"));
    // Its changes are heard again.
    watch.type("/db\rr");
    CHECK(fleet.folder().wait_for("db: starting ssh (count 2)"));
    watch.type("q");
    CHECK(watch.process().wait_for_exit() == exited(0));
    fleet.end(SIGTERM);
}

TEST_CASE("autosshctl, watch: a daemon that does not answer is not taken for one that has ended, nor holds "
          "up a key")
{
    FleetToWatch fleet;
    fleet.wait_until_there();
    WatchOnScreen watch(fleet.lab(), fleet.words());
    CHECK(watch.comes_to_show("3 tunnels: 2 "));
    fleet.signal(SIGSTOP);
    CHECK(watch.line_has(0, "lost the daemon, trying again"));
    CHECK(watch.comes_to_show("does not answer: is"));
    watch.type("/lab");
    CHECK(watch.line_has(2, ">lab     lost"));
    fleet.signal(SIGCONT);
    CHECK(watch.stops_showing("lost"));
    watch.type("\rq");
    CHECK(watch.process().wait_for_exit() == exited(0));
    fleet.end(SIGTERM);
}

TEST_CASE("autosshctl, watch: fleets and single autosshs stand in one list, and one that is stopped ends")
{
    FleetToWatch fleet;
    fleet.wait_until_there();
    FakeSession session("sleep", {{"XDG_RUNTIME_DIR", fleet.lab().place()}, {"AUTOSSH_NAME", "home"}});
    session.start();
    fleet.wait_until_there("home");
    WatchOnScreen watch(fleet.lab(), {"watch", "db", "web", "lab", "home"});
    CHECK(watch.comes_to_show("home"));
    CHECK(watch.comes_to_show("db "));
    watch.type("/home\rx");
    CHECK(watch.line_has(23, "stop home, which ends its autossh? [y/N]"));
    watch.type("y");
    const auto ended = session.autossh().wait_for_exit();
    REQUIRE(ended.has_value());
    CHECK(ended->code.has_value());
    CHECK(watch.comes_to_show("home    lost"));
    watch.type("q");
    CHECK(watch.process().wait_for_exit() == exited(0));
    fleet.end(SIGTERM);
}
