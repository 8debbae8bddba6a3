// autosshctl outages with a fleet, the real ssh and sshd.
#include "e2e/ctl/ctl_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "support/catch.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>

using namespace autossh_test;

namespace {

/// Other tests may run fleets, too.
constexpr const char* fleet_with_ledger = "outages-of-this-test";

std::string outages_told(const CtlLab& lab, const std::vector<std::string>& words, int exit_status = 0)
{
    std::vector<std::string> all{"outages", "-D", fleet_with_ledger};
    all.insert(all.end(), words.begin(), words.end());
    const Process process(lab.options(all));
    const auto exit = process.wait_for_exit();
    INFO(process.errors());
    CHECK(exit == exited(exit_status));
    return process.output();
}

bool tells_of(const std::string& text, const std::string& words)
{
    return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("autosshctl, outages: those of a fleet that runs, and from its files when it does not")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    CtlLab lab;
    lab.changes["XDG_STATE_HOME"] = lab / "state";
    const std::string file = lab / "lab.toml";
    write_file(
        file,
        fmt::format(
            "[fleet]\nname = \"{}\"\n[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n[tunnel.a]\n"
            "[tunnel.b]\n",
            fleet_with_ledger, sshd.client_config().string()));
    ::chmod(file.c_str(), 0600);
    CHECK(tells_of(outages_told(lab, {}, 69), ""));  // nobody runs, and there is no ledger
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab / "log", file};
    options.changes = {{"XDG_RUNTIME_DIR", lab.place()}, {"XDG_STATE_HOME", lab / "state"}};
    {
        const Process fleet(options);
        const auto are_up = [&](const std::string& lines) {
            return wait_until([&] { return tells_of(read_file(lab / "log"), lines); });
        };
        CHECK(are_up("]: a: up: "));
        CHECK(are_up("]: b: up: "));
        CHECK(tells_of(outages_told(lab, {}), "\nnone\nTUNNEL  OUTAGES"));
        // Nothing of them is over yet.
        const std::string files = lab / "state/autossh" / fleet_with_ledger;
        CHECK(tells_of(outages_told(lab, {"--state-directory", files}), "\nb             0 "));
        CHECK(tells_of(outages_told(lab, {"--state-directory", files, "a"}), "\na             0 "));
        CHECK(Process(lab.options({"restart", "-D", fleet_with_ledger, "a", "--wait", "60s"}))
                  .wait_for_exit() == exited(0));
        CHECK(wait_until([&] { return tells_of(outages_told(lab, {"a"}), "  request  as asked\n"); }));
        CHECK(tells_of(outages_told(lab, {"--unplanned"}), "\nnone\n"));
        CHECK(tells_of(outages_told(lab, {"--json", "a"}), "\"by\":\"request\""));
        outages_told(lab, {"c"}, 4);
        outages_told(lab, {"--since", "soon"}, 64);
        fleet.signal(SIGTERM);
        CHECK(fleet.wait_for_exit());
    }
    const std::string offline = outages_told(lab, {});
    INFO(offline);
    CHECK(tells_of(offline, "  request  as asked\n"));
    CHECK(tells_of(offline, "\nb             0 "));
    const std::string named =
        outages_told(lab, {"--state-directory", lab / "state/autossh" / fleet_with_ledger, "b"});
    CHECK(tells_of(named, "\nnone\n"));
    outages_told(lab, {"--state-directory", lab / "nowhere"}, 71);
}
