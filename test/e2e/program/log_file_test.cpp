// The log file while autossh runs: moved away, removed, made anew.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/occurrences.hpp"

#include <csignal>
#include <filesystem>
#include <string>

#include <sys/stat.h>

using namespace autossh_test;

namespace {

/// A session that logs to `log` in a directory of its own.
class RotatedLog {
public:
    explicit RotatedLog(const std::string& script, const Environment& changes = {}) : session(script, changes)
    {
        session.options.changes["AUTOSSH_LOGFILE"] = path();
    }

    FakeSession session;

    std::string path() const { return directory_ / "log"; }
    std::string old_path() const { return directory_ / "log.1"; }
    const TemporaryDirectory& directory() const { return directory_; }
    void rotate() const { std::filesystem::rename(path(), old_path()); }

    bool has(const std::string& file, const std::string& text) const
    {
        return wait_until([&] { return read_file(file).find(text) != std::string::npos; });
    }
    bool has_new_file() const
    {
        return wait_until([&] { return std::filesystem::exists(path()); });
    }

private:
    TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("Log: HUP opens the log file anew while ssh runs, with the mode that the first one had", "[e2e]")
{
    RotatedLog log("sleep");
    log.session.options.umask = 027;
    log.session.start();
    REQUIRE(log.session.started(1));
    REQUIRE(log.has(log.path(), "]: ssh child pid is "));
    log.rotate();
    log.session.autossh().signal(SIGHUP);
    CHECK(log.has_new_file());  // and nothing needed to be logged for that
    struct stat made {};
    REQUIRE(stat(log.path().c_str(), &made) == 0);
    CHECK((made.st_mode & 0777U) == 0640U);

    stop(log.session);
    CHECK(log.session.starts() == 1);
    CHECK(read_file(log.path()).find("]: received signal to exit (15)\n") != std::string::npos);
    CHECK(read_file(log.old_path()).find("received signal to exit") == std::string::npos);
}

TEST_CASE("Log: HUP opens the log file anew while a start is waited for, and starts ssh as ever", "[e2e]")
{
    RotatedLog log("exit 1\nexit 1\nexit 1\nexit 1\nexit 1\nexit 1\nsleep", {{"AUTOSSH_POLL", "600000"}});
    log.session.start();
    REQUIRE(log.has(log.path(), "]: sleeping for grace time "));
    log.rotate();
    log.session.autossh().signal(SIGHUP);
    REQUIRE(log.session.started(7));
    CHECK(log.has(log.path(), "]: starting ssh (count 7)\n"));
    CHECK(read_file(log.old_path()).find("count 7") == std::string::npos);
    stop(log.session);
}

TEST_CASE("Log: a log file that was moved away or removed is made anew by the next line", "[e2e]")
{
    RotatedLog log("sleep");
    log.session.start();
    REQUIRE(log.session.started(1));
    log.rotate();
    log.session.autossh().signal(SIGUSR1);
    CHECK(log.has(log.path(), "]: starting ssh (count 2)\n"));
    CHECK(read_file(log.old_path()).find("signalled to kill") == std::string::npos);

    REQUIRE(log.session.started(2));
    std::filesystem::remove(log.path());
    log.session.autossh().signal(SIGUSR1);
    CHECK(log.has(log.path(), "]: starting ssh (count 3)\n"));
    stop(log.session);
}

TEST_CASE("Log: in the background a relative log file is made anew where it was", "[e2e]")
{
    RotatedLog log("sleep");
    log.session.options.changes["AUTOSSH_LOGFILE"] = "log";
    log.session.options.changes["AUTOSSH_PIDFILE"] = log.directory() / "pid";
    log.session.options.working_directory = log.directory().path();
    log.session.start({"-M", "0", "-f"});
    REQUIRE(log.session.autossh().wait_for_exit() == exited(0));
    REQUIRE(log.session.started(1));
    const pid_t daemon = std::stoi(read_file(log.directory() / "pid"));
    log.rotate();
    process_table::send(daemon, SIGHUP);
    CHECK(log.has_new_file());
    process_table::send(daemon, SIGTERM);
    CHECK(log.session.autossh().wait_until_nothing_left());
    CHECK(read_file(log.path()).find("]: received signal to exit (15)\n") != std::string::npos);
}

TEST_CASE("Log: where the log file cannot be made anew, the old one is written on, which is said once",
          "[e2e]")
{
    RotatedLog log("sleep");
    const std::filesystem::path logs = log.directory() / "logs";
    const std::filesystem::path moved = log.directory() / "moved";
    const std::string path = logs / "log";
    std::filesystem::create_directory(logs);
    log.session.options.changes["AUTOSSH_LOGFILE"] = path;
    log.session.start();
    REQUIRE(log.session.started(1));
    std::filesystem::rename(logs, moved);
    log.session.autossh().signal(SIGHUP);
    const std::string warning =
        "]: cannot reopen the log file " + path + ": No such file or directory; writing to the old one\n";
    CHECK(log.has(moved / "log", warning));
    log.session.autossh().signal(SIGUSR1);
    CHECK(log.has(moved / "log", "]: ssh child pid is " + std::to_string(log.session.ssh_pid())));
    CHECK(log.has(moved / "log", "]: starting ssh (count 2)\n"));
    CHECK(occurrences(read_file(moved / "log"), "cannot reopen") == 1);

    REQUIRE(log.session.started(2));
    std::filesystem::create_directory(logs);
    log.session.autossh().signal(SIGUSR1);
    CHECK(log.has(path, "]: starting ssh (count 3)\n"));
    CHECK(occurrences(read_file(moved / "log"), "count 3") == 0);
    stop(log.session);
}
