// autosshctl with real autosshs, over the stand-in for ssh.
#include "e2e/ctl/stand_in_daemon.hpp"
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <string>

#include <csignal>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// An autossh whose ssh stays, that autosshctl finds.
class CtlSession {
public:
    CtlSession() : session_("sleep", {{"XDG_RUNTIME_DIR", lab_.place()}, {"AUTOSSH_NAME", "home"}})
    {
        session_.start();
        // Its socket and its ssh come side by side.
        REQUIRE(wait_until([this] { return Process(ctl({})).wait_for_exit() != exited(69); }));
    }

    FakeSession& session() { return session_; }
    ProcessOptions ctl(std::vector<std::string> words)
    {
        words.insert(words.begin(), {"-D", std::to_string(session_.autossh().pid())});
        return lab_.options(words);
    }

private:
    CtlLab lab_;
    FakeSession session_;
};

}  // namespace

TEST_CASE("autosshctl, status: a plain autossh is in the list")
{
    CtlSession lab;
    const Process status(lab.ctl({"--color=never"}));
    CHECK(status.wait_for_exit());
    CHECK(status.output().find("NAME     STATE") == 0);
    CHECK(status.output().find("\nhome     ") != std::string::npos);
    CHECK(status.output().find(fmt::format("pid {}", lab.session().autossh().pid())) != std::string::npos);
    const Process health(lab.ctl({"health"}));
    CHECK(health.wait_for_exit());
    CHECK(health.output().find(" of 1 up") != std::string::npos);
    stop(lab.session());
}

TEST_CASE("autosshctl, orders: a plain autossh restarts its ssh, and ends when it is stopped")
{
    CtlSession lab;
    CHECK(output_of(Process(lab.ctl({"restart", "home"})), 0) == "restart: home\n");
    CHECK(lab.session().started(2));
    const Process start(lab.ctl({"start", "home"}));
    CHECK(output_of(start, 1).empty());
    CHECK(start.errors().find("autosshctl: home: ") == 0);
    CHECK(output_of(Process(lab.ctl({"stop", "home", "--wait", "20s"})), 0) == "stop: home\n");
    CHECK(lab.session().autossh().wait_for_exit());
    CHECK(lab.session().autossh().wait_until_nothing_left());
}

TEST_CASE("autosshctl, status: an autossh that is stopped is told, and holds up nobody")
{
    CtlSession lab;
    lab.session().autossh().signal(SIGSTOP);
    const Process status(lab.ctl({}));
    CHECK(output_of(status, 2) ==
          fmt::format("autossh (pid {}): does not answer: is it stopped?\n", lab.session().autossh().pid()));
    lab.session().autossh().signal(SIGCONT);
    stop(lab.session());
}
