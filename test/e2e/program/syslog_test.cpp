// Syslog, with a socket of the test's own at /dev/log in a mount namespace.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/json_object.hpp"
#include "support/process/read_pipe.hpp"

#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

class SyslogSocket {
public:
    explicit SyslogSocket(const std::string& path) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    ~SyslogSocket() { close(fd_); }
    SyslogSocket(const SyslogSocket&) = delete;
    SyslogSocket& operator=(const SyslogSocket&) = delete;

    /// The next message, empty if there is none in time.
    std::string next(int milliseconds = static_cast<int>(generous.count())) const
    {
        pollfd input{fd_, POLLIN, 0};
        char text[2048];
        if (poll(&input, 1, milliseconds) != 1)
            return "";
        const ssize_t size = recv(fd_, text, sizeof text, 0);
        return {text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

private:
    int fd_;
};

/// Gives the words behind it a /dev of their own, in which /dev/log leads to $1.
constexpr const char* own_dev = R"(
    socket=$1 dev=$2; shift 2
    mkdir -p "$dev"; mount -t tmpfs none "$dev" || exit 99
    for node in null zero full random urandom tty; do : >"$dev/$node"; mount --bind "/dev/$node" "$dev/$node"; done
    ln -s /proc/self/fd "$dev/fd"; ln -s "$socket" "$dev/log"
    mount --rbind "$dev" /dev; exec "$@")";

bool skipped()
{
    if (geteuid() == 0)
        return false;
    std::cout << "SKIPPED: syslog: needs root for a /dev/log of its own\n";
    return true;
}

/// Has the session's autossh run where /dev/log is `socket`.
std::vector<std::string> in_own_dev(const TemporaryDirectory& directory, std::vector<std::string> arguments)
{
    std::vector<std::string> words{"unshare",         "--mount",        "sh", "-c", own_dev, "sh",
                                   directory / "log", directory / "dev"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

}  // namespace

TEST_CASE("Log: without a log file it goes to syslog, facility user, with the pid", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    FakeSession session("sleep", {{"AUTOSSH_LOGLEVEL", "6"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    // <14>: facility user (1) * 8 + severity info (6)
    const std::string first = syslog.next();
    CHECK(first.starts_with("<14>"));
    CHECK(first.find("autossh[" + std::to_string(session.autossh().pid()) +
                     "]: port set to 0, monitoring disabled") != std::string::npos);
    CHECK(syslog.next().find("starting ssh (count 1)") != std::string::npos);
    REQUIRE(session.started(1));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().errors().empty());
    CHECK(syslog.next().find("ssh child pid is") != std::string::npos);
    CHECK(syslog.next().find("received signal to exit (15)") != std::string::npos);
}

TEST_CASE("Log: with a log file nothing goes to syslog, but for lines that the file cannot take", "[e2e]")
{
    if (skipped())
        return;
    for (const bool full : {false, true}) {
        CAPTURE(full);
        const TemporaryDirectory directory;
        const SyslogSocket syslog(directory / "log");
        FakeSession session("sleep");
        if (full)
            session.options.changes["AUTOSSH_LOGFILE"] = "/dev/full";
        session.wrap = [&](auto words) { return in_own_dev(directory, words); };
        session.start();
        REQUIRE(session.started(1));
        session.autossh().signal(SIGTERM);
        CHECK(session.autossh().wait_for_exit() == exited(1));
        CHECK(syslog.next(0).empty() == !full);
    }
}

TEST_CASE("Log: AUTOSSH_DEBUG without a log file logs everything to syslog and to stderr", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    FakeSession session("sleep", {{"AUTOSSH_DEBUG", ""}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    REQUIRE(session.started(1));
    CHECK(syslog.next().starts_with("<14>"));
    CHECK(syslog.next().starts_with("<15>"));  // debug: checking for grace period
    CHECK(wait_until([&] {
        return session.autossh().errors().find("]: checking for grace period, tries = 0\n") !=
               std::string::npos;
    }));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
}

TEST_CASE("Log: a syslog daemon that takes nothing holds up neither the tunnel nor its end", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    FakeSession session("sleep", {{"AUTOSSH_LOGLEVEL", "7"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    for (int start = 1; start <= 20; ++start) {  // more lines than its queue has room for
        REQUIRE(session.started(start));
        session.autossh().signal(SIGUSR1);
    }
    REQUIRE(session.started(21));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK_FALSE(syslog.next(0).empty());
}

TEST_CASE("Log: what the journal has from stderr does not go to syslog as well", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    const std::string journal = directory / "journal";
    const int fd = open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat status {};
    REQUIRE(fstat(fd, &status) == 0);
    FakeSession session("exit 0", {{"AUTOSSH_LOGLEVEL", "6"}, {"AUTOSSH_DEBUG", "1"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.options.changes["JOURNAL_STREAM"] = fmt::format("{}:{}", status.st_dev, status.st_ino);
    session.options.errors = fd;
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    close(fd);
    CHECK(session.autossh().wait_for_exit() == exited(0));
    CHECK(read_file(journal).find("<6>starting ssh (count 1)\n") != std::string::npos);
    CHECK(syslog.next(0).empty());
}

TEST_CASE("Log: what a pipe has from stderr goes to syslog as well, there as text", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    FakeSession session("exit 0", {{"AUTOSSH_LOGFORMAT", "json"}, {"AUTOSSH_LOGLEVEL", "6"}});
    session.options.changes.erase("AUTOSSH_LOGFILE");
    ReadPipe pipe;
    session.options.errors = pipe.write_end();
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    pipe.close_write_end();
    CHECK(session.autossh().wait_for_exit() == exited(0));
    CHECK(json_lines(pipe.text()).size() == 4);
    CHECK(syslog.next().ends_with("]: port set to 0, monitoring disabled"));
    CHECK(syslog.next().ends_with("]: starting ssh (count 1)"));
}

TEST_CASE("Log: that the log file cannot be made anew is said in syslog, too", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    const std::string path = directory / "logs" / "autossh";
    std::filesystem::create_directory(directory / "logs");
    FakeSession session("sleep", {{"AUTOSSH_LOGFILE", path}});
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    REQUIRE(session.started(1));
    std::filesystem::rename(directory / "logs", directory / "moved");
    session.autossh().signal(SIGHUP);
    const std::string line = syslog.next();
    CHECK(line.starts_with("<12>"));  // severity warning (4)
    CHECK(line.ends_with("]: cannot reopen the log file " + path +
                         ": No such file or directory; writing to the old one"));
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(syslog.next(0).empty());
}

TEST_CASE("Environment: a bad value is said on stderr and in syslog, and nothing is started", "[e2e]")
{
    if (skipped())
        return;
    const TemporaryDirectory directory;
    const SyslogSocket syslog(directory / "log");
    FakeSession session("sleep", {{"AUTOSSH_POLL", "abc"}});
    session.wrap = [&](auto words) { return in_own_dev(directory, words); };
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().errors().find("]: invalid poll time \"abc\"\n") != std::string::npos);
    const std::string line = syslog.next();
    CHECK(line.starts_with("<11>"));  // severity error (3)
    CHECK(line.find("invalid poll time \"abc\"") != std::string::npos);
    CHECK(session.starts() == 0);
}
