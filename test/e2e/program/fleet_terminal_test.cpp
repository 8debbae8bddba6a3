// autossh-fleet(5): nobody is at the terminal of a fleet.
#include "e2e/support/fleet_folder.hpp"
#include "e2e/support/terminal_login.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <csignal>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

TEST_CASE("Fleet: nobody is asked at the terminal that it was started at")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    forget_host_key(sshd);
    const FleetFolder folder(fmt::format("[tunnel.lab]\nhost = 'server'\noptions = ['-F', '{}']\n",
                                         sshd.client_config().string()));
    const std::string asker = folder / "asker";
    write_file(asker, fmt::format("#!/bin/sh\necho \"$1\" >{}/asked\necho no\n",
                                  folder.path().parent_path().string()));
    ::chmod(asker.c_str(), 0700);
    for (const bool by_program : {false, true}) {
        CAPTURE(by_program);
        const PseudoTerminal terminal;
        ProcessOptions options = folder.options();
        options.terminal = terminal.path();
        if (by_program)
            options.changes = {{"SSH_ASKPASS", asker}, {"DISPLAY", ":99"}};
        const Process autossh(options);
        CHECK(folder.wait_for("]: lab: not up after ", by_program ? 2 : 1));
        CHECK(terminal.shown().find(host_key_question) == std::string::npos);
        CHECK(std::filesystem::exists(folder / "asked") == by_program);
        autossh.signal(SIGTERM);
        CHECK(autossh.wait_for_exit().has_value());
    }
}

TEST_CASE("Fleet: --explain tells what its file comes to, with the lines that say it, and starts nothing")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const FleetFolder folder(fmt::format("[defaults]\npoll = 30\n[tunnel.db]\n[tunnel.lab]\nhost = 'server'\n"
                                         "options = ['-F', '{}']\nenabled = false\nmonitor = 'auto:7'\n",
                                         sshd.client_config().string()));
    const auto explained = [&](std::vector<std::string> words, int status) {
        words.insert(words.begin(), tested_autossh());
        const Process autossh({.arguments = words});
        CHECK(autossh.wait_for_exit() == exited(status));
        return status == 0 ? autossh.output() : autossh.errors();
    };
    const std::string file = folder.path();
    const std::size_t width = sshd.client_config().string().size();
    CHECK(explained({"--explain", "--fleet", file}, 0) ==
          fmt::format("db, {0}:3:\n    poll  30  {0}:2\n\nlab, {0}:4, not enabled:\n"
                      "    host     \"server\"{1:{2}}  {0}:5\n    options  [\"-F\", \"{3}\"]  {0}:6\n"
                      "    enabled  false{1:{4}}  {0}:7\n    monitor  \"auto:7\"{1:{2}}  {0}:8\n"
                      "    poll     30{1:{5}}  {0}:2\n",
                      file, "", width + 2, sshd.client_config().string(), width + 5, width + 8));
    const std::string one = explained({"--fleet", "--explain", file, "lab"}, 0);
    CHECK(one.starts_with(fmt::format("lab, {}:4, not enabled:\n    host ", file)));
    CHECK(one.find(fmt::format("poll             30 s      {}:2\n", file)) != one.npos);
    CHECK(one.find("/out:127.0.0.1:7") != one.npos);
    CHECK(explained({"--explain", "--fleet", file, "bd"}, 64) ==
          fmt::format("autossh: there is no tunnel \"bd\" in {}; did you mean \"db\"?\n", file));
    write_file(file, "[tunnel.a]\npol = 3\n");
    CHECK(explained({"--explain", "--fleet", file}, 65).starts_with(file + ":2:1: error: unknown key "));
    CHECK(folder.log().empty());
}
