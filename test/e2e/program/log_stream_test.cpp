// The log on standard error, where that is the journal's or a pipe.
#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/json_object.hpp"
#include "support/occurrences.hpp"
#include "support/process/read_pipe.hpp"

#include <csignal>
#include <string>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

void log_nowhere_else(FakeSession& session)
{
    session.options.changes.erase("AUTOSSH_LOGFILE");
    session.options.changes["AUTOSSH_LOGLEVEL"] = "6";
}

std::string stream_of(int fd)
{
    struct stat status {};
    REQUIRE(fstat(fd, &status) == 0);
    return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

/// What a session writes to a standard error that the journal has made.
std::string in_journal(FakeSession& session, const std::vector<std::string>& arguments = {"-M", "0"})
{
    const TemporaryDirectory directory;
    const std::string journal = directory / "journal";
    const int fd = open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    REQUIRE(fd >= 0);
    session.options.errors = fd;
    session.options.changes["JOURNAL_STREAM"] = stream_of(fd);
    session.start(arguments);
    close(fd);
    session.autossh().wait_for_exit();
    return read_file(journal);
}

/// The same where it is a pipe.
std::string in_pipe(FakeSession& session, const std::vector<std::string>& arguments = {"-M", "0"})
{
    ReadPipe pipe;
    session.options.errors = pipe.write_end();
    session.start(arguments);
    pipe.close_write_end();
    session.autossh().wait_for_exit();
    return pipe.text();
}

}  // namespace

TEST_CASE("Log: in the journal a line has its priority, and neither a time nor our pid", "[e2e]")
{
    FakeSession session("exit 0");
    log_nowhere_else(session);
    const std::string text = in_journal(session);
    CHECK(text == fmt::format("<6>port set to 0, monitoring disabled\n"
                              "<6>starting ssh (count 1)\n"
                              "<6>ssh child pid is {}\n"
                              "<6>ssh exited with status 0; autossh exiting\n",
                              session.ssh_pid()));
}

TEST_CASE("Log: in the journal an error of the start stands once, and so with AUTOSSH_DEBUG", "[e2e]")
{
    FakeSession bad("exit 0", {{"AUTOSSH_POLL", "abc"}});
    log_nowhere_else(bad);
    CHECK(in_journal(bad) == "<3>invalid poll time \"abc\"\n");

    FakeSession missing("exit 0", {{"AUTOSSH_PATH", "/nonexistent/ssh"}, {"AUTOSSH_DEBUG", "1"}});
    log_nowhere_else(missing);
    const std::string text = in_journal(missing);
    CHECK(text.find("<7>checking for grace period, tries = 0\n") != std::string::npos);
    CHECK(text.ends_with("\n<3>/nonexistent/ssh: No such file or directory\n"));
    CHECK(text.find("/nonexistent") == text.rfind("/nonexistent"));
}

TEST_CASE("Log: in the journal a line of JSON has its priority too", "[e2e]")
{
    FakeSession session("exit 0", {{"AUTOSSH_LOGFORMAT", "JSON"}});
    log_nowhere_else(session);
    std::string text = in_journal(session);
    std::string objects;
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
        CHECK(text.substr(at, 3) == "<6>");
        objects += text.substr(at + 3, text.find('\n', at) - at - 2);
    }
    const auto lines = json_lines(objects);
    REQUIRE(lines.size() == 4);
    CHECK(lines.at(1).at("message") == "starting ssh (count 1)");
}

TEST_CASE("Log: a JOURNAL_STREAM that is not our standard error's changes nothing", "[e2e]")
{
    FakeSession session("exit 0", {{"JOURNAL_STREAM", "1:2"}});
    log_nowhere_else(session);
    session.start();
    CHECK(session.autossh().wait_for_exit() == exited(0));
    CHECK(session.autossh().errors().empty());
}

TEST_CASE("Log: in the journal a log file and service mode are where they were", "[e2e]")
{
    FakeSession with_file("exit 0");
    CHECK(in_journal(with_file).empty());
    CHECK(with_file.logged("]: starting ssh (count 1)\n"));

    FakeSession service("exit 3", {{"AUTOSSH_NTSERVICE", "yes"}});
    log_nowhere_else(service);
    CHECK(in_journal(service) == "autossh: ssh exited with status 3; autossh exiting\n");
    CHECK(service.autossh().output().find("]: starting ssh (count 1)\n") != std::string::npos);
}

TEST_CASE("Log: a pipe on standard error gets the lines, with time and pid", "[e2e]")
{
    FakeSession session("exit 0");
    log_nowhere_else(session);
    const std::string text = in_pipe(session);
    const std::string head = fmt::format(" autossh[{}]: ", session.autossh().pid());
    for (const char* line : {"port set to 0, monitoring disabled\n", "starting ssh (count 1)\n",
                             "ssh exited with status 0; autossh exiting\n"})
        CHECK(text.find(head + line) != std::string::npos);
    CHECK(text.substr(19, head.size()) == head);  // YYYY/MM/DD HH:MM:SS
}

TEST_CASE("Log: with AUTOSSH_DEBUG a line on standard error has our pid and no time, as 1.4g's", "[e2e]")
{
    for (const bool piped : {false, true}) {
        FakeSession session("exit 0", {{"AUTOSSH_DEBUG", "1"}});
        log_nowhere_else(session);
        std::string text;
        if (piped) {
            text = in_pipe(session);
        } else {
            session.start();
            CHECK(session.autossh().wait_for_exit() == exited(0));
            text = session.autossh().errors();
        }
        const std::string head = fmt::format("autossh[{}]: ", session.autossh().pid());
        CHECK(text.starts_with(head));
        CHECK(text.find('\n' + head + "starting ssh (count 1)\n") != std::string::npos);
        CHECK(occurrences(text, head) == occurrences(text, "\n"));
    }
}

TEST_CASE("Log: a socket on standard error that is not the journal's gets the lines, too", "[e2e]")
{
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    FakeSession session("exit 0");
    log_nowhere_else(session);
    session.options.errors = ends[1];
    session.start();
    close(ends[1]);
    CHECK(session.autossh().wait_for_exit() == exited(0));
    std::string text(65536, '\0');
    const ssize_t size = recv(ends[0], text.data(), text.size(), MSG_DONTWAIT);
    close(ends[0]);
    REQUIRE(size > 0);
    text.resize(static_cast<std::size_t>(size));
    CHECK(text.find("]: starting ssh (count 1)\n") != std::string::npos);
}

TEST_CASE("Log: a pipe on standard error gets no lines where anything else was chosen", "[e2e]")
{
    FakeSession with_file("exit 0");
    CHECK(in_pipe(with_file).empty());

    FakeSession service("exit 3", {{"AUTOSSH_NTSERVICE", "yes"}});
    log_nowhere_else(service);
    CHECK(in_pipe(service) == "autossh: ssh exited with status 3; autossh exiting\n");

    FakeSession plain("exit 0");
    log_nowhere_else(plain);
    CHECK(in_pipe(plain, {"--plain", "-M", "0"}).empty());

    FakeSession background("sleep");
    log_nowhere_else(background);
    CHECK(in_pipe(background, {"-f", "-M", "0"}).empty());

    FakeSession explained("sleep");
    log_nowhere_else(explained);
    CHECK(in_pipe(explained, {"--explain", "-M", "0"}).empty());
}

TEST_CASE("Log: a pipe on standard error gets the words of a command alone, and our warnings and errors",
          "[e2e]")
{
    using Words = std::vector<std::string>;
    for (const Words& words : {Words{"-M", "0", "server", "cmd"}, Words{"-M", "0", "-W", "b:22"},
                               Words{"-M", "0", "-s", "server", "sftp"}}) {
        CAPTURE(words);
        FakeSession session("warn from ssh; exit 3");
        log_nowhere_else(session);
        CHECK(in_pipe(session, words) == "from ssh\n");
    }
    for (const Words& words :
         {Words{"-M", "0", "-N"}, Words{"-M", "0", "--debug", "server", "cmd"}, Words{"-M", "0"}}) {
        CAPTURE(words);
        FakeSession session("exit 3");
        log_nowhere_else(session);
        CHECK(in_pipe(session, words).find("]: starting ssh (count 1)\n") != std::string::npos);
    }
    FakeSession missing("exit 0", {{"AUTOSSH_PATH", "/nonexistent/ssh"}});
    log_nowhere_else(missing);
    const std::string text = in_pipe(missing, {"-M", "0", "server", "cmd"});
    CHECK(text.ends_with("]: /nonexistent/ssh: No such file or directory\n"));
    CHECK(text.find('\n') == text.size() - 1);
}

TEST_CASE("Log: an error of the start stands in a pipe on standard error once", "[e2e]")
{
    for (const char* path : {"/nonexistent/ssh", "/"}) {
        CAPTURE(path);
        FakeSession session("exit 0", {{"AUTOSSH_PATH", path}});
        log_nowhere_else(session);
        const std::string text = in_pipe(session);
        const std::string error = std::string("]: ") + path + ": ";
        CHECK(text.find(error) != std::string::npos);
        CHECK(text.find(error) == text.rfind(error));
    }
}

TEST_CASE("Log: a pipe that nobody reads, or that nobody can read, holds nothing up", "[e2e]")
{
    for (const bool has_reader : {true, false}) {
        CAPTURE(has_reader);
        int ends[2];
        REQUIRE(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
        while (write(ends[1], "x", 1) == 1)
            ;
        fcntl(ends[1], F_SETFL, 0);
        if (!has_reader)
            close(ends[0]);
        FakeSession session("sleep");
        log_nowhere_else(session);
        session.options.errors = ends[1];
        session.start();
        close(ends[1]);
        REQUIRE(session.started(1));
        for (int start = 2; start < 6; ++start) {
            session.autossh().signal(SIGUSR1);
            REQUIRE(session.started(start));
        }
        session.autossh().signal(SIGTERM);
        CHECK(session.autossh().wait_for_exit() == exited(1));
        if (has_reader)
            close(ends[0]);
    }
}
