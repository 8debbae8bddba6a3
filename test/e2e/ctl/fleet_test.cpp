// autosshctl with a fleet, the real ssh and sshd.
#include "e2e/ctl/stand_in_daemon.hpp"
#include "e2e/support/autossh.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/process/process.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>

using namespace autossh_test;

namespace {

/// A fleet that runs, with two tunnels that come up and one that cannot log in.
class FleetToSteer {
public:
    explicit FleetToSteer(const Sshd& sshd)
        : text_(fmt::format(R"([defaults]
host = "server"
options = ["-F", "{0}"]
[tunnel.db]
groups = ["prod"]
local = {{ sql = "127.0.0.1:{1}:127.0.0.1:9" }}
[tunnel.web]
groups = ["prod"]
[tunnel.nokey]
options = ["-F", "{0}", "-o", "PubkeyAuthentication=no"]
)",
                            sshd.client_config().string(), free_port_pair()))
    {
        write(text_);
        ProcessOptions options;
        options.arguments = {tested_autossh(), "--fleet", "--log-file", lab_ / "log", file()};
        options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}};
        fleet_ = std::make_unique<Process>(options);
    }

    std::string file() const { return lab_ / "lab.toml"; }
    const std::string& text() const { return text_; }
    void write(const std::string& text) const
    {
        write_file(file(), text);
        ::chmod(file().c_str(), 0600);
    }
    const Process& process() const { return *fleet_; }
    ProcessOptions ctl(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {"-D", std::to_string(fleet_->pid())});
        return lab_.options(words);
    }
    /// Until the command has this exit status.
    bool comes_to(const std::vector<std::string>& words, int exit_status) const
    {
        return wait_until([&] { return Process(ctl(words)).wait_for_exit() == exited(exit_status); });
    }

    /// In its private directory.
    std::ptrdiff_t entries() const
    {
        namespace fs = std::filesystem;
        for (const auto& entry : fs::directory_iterator(lab_.place()))
            if (entry.path().filename().string().starts_with("auto-ssh."))
                return std::distance(fs::directory_iterator(entry.path()), fs::directory_iterator());
        return 0;
    }

    void end() const
    {
        process().signal(SIGTERM);
        CHECK(process().wait_for_exit());
        CHECK(process().wait_until_nothing_left());
    }

private:
    CtlLab lab_;
    std::string text_;
    std::unique_ptr<Process> fleet_;
};

bool contains(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("autosshctl, status: a fleet's tunnels with their states and causes, the worst first")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetToSteer fleet(sshd);
    CHECK(fleet.comes_to({"status", "@prod"}, 0));
    CHECK(fleet.comes_to({"status", "nokey"}, 2));
    const std::string table = output_of(Process(fleet.ctl({})), 2);
    INFO(table);
    CHECK(
        table.starts_with(fmt::format("fleet \"lab\", pid {}: 3 tunnels: 2 up, 1 ", fleet.process().pid())));
    CHECK(table.find("\nnokey    ") < table.find("\ndb       up "));
    CHECK(contains(table, "sql L 127.0.0.1:"));
    CHECK(contains(output_of(Process(fleet.ctl({"--json"})), 2), "\"class\":\"authentication-refused\""));
    CHECK(output_of(Process(fleet.ctl({"health", "-w", "0", "-c", "50%"})), 1)
              .starts_with("WARNING - 2 of 3 up: nokey ("));
    CHECK(contains(output_of(Process(fleet.ctl({"explain", "db"})), 0), "Runs:"));
    CHECK(contains(output_of(Process(fleet.ctl({"logs", "-n", "200", "nokey"})), 0), "Permission denied"));
    fleet.end();
}

TEST_CASE("autosshctl, orders: another ssh for one tunnel, and none for the others")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetToSteer fleet(sshd);
    CHECK(fleet.comes_to({"status", "@prod"}, 0));
    const Process events(fleet.ctl({"events", "db", "web"}));
    CHECK(output_of(Process(fleet.ctl({"restart", "db", "--wait", "20s"})), 0) == "restart: db\n");
    const std::string starts = output_of(Process(fleet.ctl({"status", "--json", "@prod"})), 0);
    CHECK(contains(starts, "\"starts\":2,\"host\""));
    CHECK(contains(starts, "\"starts\":1,\"host\""));
    CHECK(wait_until([&] { return contains(events.output(), "\"tunnel\":\"db\",\"state\":\"up\""); }));
    CHECK(!contains(events.output(), "\"tunnel\":\"web\""));
    CHECK(output_of(Process(fleet.ctl({"try", "nokey"})), 0) == "try: nokey\n");
    fleet.end();
}

TEST_CASE("autosshctl, orders: a tunnel is stopped, and started again")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetToSteer fleet(sshd);
    CHECK(fleet.comes_to({"status", "@prod"}, 0));
    const Process stop(fleet.ctl({"stop", "web", "--wait", "20s"}));
    stop.wait_for_exit();
    SKIP_UNLESS(!contains(stop.errors(), "not possible yet"), "this daemon cannot stop a tunnel");
    CHECK(output_of(stop, 0) == "stop: web\n");
    const std::ptrdiff_t entries = fleet.entries();
    CHECK(contains(output_of(Process(fleet.ctl({"status", "web"})), 0), "by hand (autosshctl start web)"));
    CHECK(output_of(Process(fleet.ctl({"start", "web", "--wait", "20s"})), 0) == "start: web\n");
    CHECK(fleet.entries() == entries);
    CHECK(output_of(Process(fleet.ctl({"stop", "db", "--wait", "20s"})), 0) == "stop: db\n");
    CHECK(contains(output_of(Process(fleet.ctl({"status", "--json", "db"})), 0),
                   "\"forwards\":[{\"name\":\"sql\",\"kind\":\"L\",\"listen\":\"127.0.0.1:"));
    CHECK(output_of(Process(fleet.ctl({"status", "web"})), 0).find("\nweb      up ") != std::string::npos);
    fleet.end();
}

TEST_CASE("autosshctl, reload: what has changed in the file is told, and a mistake changes nothing")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const FleetToSteer fleet(sshd);
    CHECK(fleet.comes_to({"status", "@prod"}, 0));
    fleet.write(fleet.text() + "pol = \"3s\"\n");
    const Process wrong(fleet.ctl({"reload"}));
    wrong.wait_for_exit();
    SKIP_UNLESS(!contains(wrong.errors(), "not possible yet"), "this daemon cannot reload");
    CHECK(output_of(wrong, 65).empty());
    CHECK(
        contains(wrong.errors(), "error: unknown key \"pol\" in [tunnel.nokey]\n  did you mean \"poll\"?\n"));
    fleet.write(fleet.text() + "[tunnel.more]\n");
    CHECK(contains(output_of(Process(fleet.ctl({"reload", "--dry-run"})), 0), "more: start"));
    CHECK(contains(output_of(Process(fleet.ctl({"status", "@prod"})), 0), "; the file has changed since "));
    CHECK(output_of(Process(fleet.ctl({"status", "more"})), 4).empty());
    CHECK(contains(output_of(Process(fleet.ctl({"reload"})), 0), "more: start"));
    CHECK(fleet.comes_to({"status", "more"}, 0));
    CHECK(!contains(output_of(Process(fleet.ctl({"status", "@prod"})), 0), "changed since"));
    CHECK(contains(output_of(Process(fleet.ctl({"status", "--json", "@prod"})), 0), "\"starts\":1,\"host\""));
    fleet.end();
}
