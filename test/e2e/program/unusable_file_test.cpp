// Manual, "Log" and "Pid file": files that cannot be had now, and those that never can.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <csignal>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {}  // namespace

TEST_CASE("Log: a FIFO that nobody reads yet does not hold up the tunnel", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "log";
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    FakeSession session("sleep", {{"AUTOSSH_LOGFILE", path}});
    session.start();
    REQUIRE(session.started(1));
    CHECK(session.autossh().errors().find("]: cannot open the log file " + path +
                                          ": No such device or address; logging to syslog until it can be "
                                          "opened\n") != std::string::npos);
    const int reader = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    session.autossh().signal(SIGHUP);
    session.autossh().signal(SIGUSR1);
    REQUIRE(session.started(2));
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(std::max<ssize_t>(read(reader, text.data(), text.size()), 0)));
    CHECK(text.find("]: starting ssh (count 2)\n") != std::string::npos);
    stop(session);
    close(reader);
}

TEST_CASE("Log: a mistake in the name of the file is an error", "[e2e]")
{
    const TemporaryDirectory directory;
    for (const std::string& path : {(directory / "none/log").string(), directory.path().string()}) {
        FakeSession session("sleep", {{"AUTOSSH_LOGFILE", path}});
        session.start();
        CHECK(session.autossh().wait_for_exit() == exited(1));
        const char* const reason =
            path.ends_with("log") ? ": No such file or directory\n" : ": Is a directory\n";
        CHECK(session.autossh().errors().find("]: " + path + reason) != std::string::npos);
        CHECK(session.starts() == 0);
    }
}

TEST_CASE("Pid file: a FIFO that nobody reads is an error at once", "[e2e]")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    FakeSession session("sleep", {{"AUTOSSH_PIDFILE", path}});
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.logged("]: cannot open pid file \"" + path + "\": No such device or address\n"));
    CHECK(session.starts() == 0);
}

TEST_CASE("Log: a file that may not grow any more does not cost the tunnel", "[e2e]")
{
    FakeSession session("record; sleep");
    session.wrap = [](std::vector<std::string> words) {
        const std::vector<std::string> limited{"/bin/sh", "-c", "ulimit -f 2; exec \"$@\"", "sh"};
        words.insert(words.begin(), limited.begin(), limited.end());
        return words;
    };
    session.start();
    for (int start = 1; start <= 6; ++start) {
        REQUIRE(session.started(start));
        REQUIRE(session.autossh().signal(SIGUSR1));
    }
    REQUIRE(session.started(7));
    CHECK(session.log().size() <= 2 * 1024);
    CHECK_FALSE(session.log().find("(count 7)") != std::string::npos);
    CHECK(session.state(7, "ignored").empty());
    stop(session);
    CHECK(session.autossh().wait_until_nothing_left());
}
