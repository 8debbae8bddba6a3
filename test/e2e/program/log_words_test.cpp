// What ssh itself says, where the log goes to standard error.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/json_object.hpp"
#include "support/occurrences.hpp"
#include "support/process/read_pipe.hpp"

#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// A tunnel whose one forward has no port here, so that ssh complains of it, once.
class Complaining {
public:
    explicit Complaining(const Environment& changes = {})
        : variables_(quick(log_, {{"AUTOSSH_LOGFILE", ""}, {"AUTOSSH_LOGLEVEL", "6"}}))
    {
        for (const auto& [name, value] : changes)
            variables_[name] = value;
    }

    ProcessOptions options(int errors, const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> words{
            "-M", "0", "-N", "-o", "ExitOnForwardFailure=no", "-L", forwarding(taken_.port(), 9)};
        words.insert(words.end(), more.begin(), more.end());
        return {.arguments = command_line(sshd_, words), .changes = variables_, .errors = errors};
    }
    std::string complaint() const
    {
        return fmt::format("bind [127.0.0.1]:{}: Address already in use", taken_.port());
    }
    Sshd& sshd() { return sshd_; }

private:
    Sshd sshd_;
    Server taken_;
    LogFile log_;
    Environment variables_;
};

}  // namespace

TEST_CASE("In a pipe on standard error ssh's words stand as they are, once, beside our lines")
{
    SKIP_WITHOUT_SSHD();
    Complaining tunnel;
    ReadPipe pipe;
    const Process autossh(tunnel.options(pipe.write_end()));
    pipe.close_write_end();
    CHECK(wait_until([&] { return occurrences(pipe.text(), "]: degraded: local port ") == 1; }));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(occurrences(pipe.text(), tunnel.complaint()) == 1);
    CHECK(pipe.text().find('\n' + tunnel.complaint()) != std::string::npos);
    CHECK(pipe.text().find(" ssh[") == std::string::npos);
    check_nothing_left(tunnel.sshd());
}

TEST_CASE("In a pipe on standard error that wants JSON ssh's words are objects too, at any level")
{
    SKIP_WITHOUT_SSHD();
    Complaining tunnel(Environment{{"AUTOSSH_LOGFORMAT", "json"}});
    ReadPipe pipe;
    const Process autossh(tunnel.options(pipe.write_end(), {"-v"}));
    pipe.close_write_end();
    CHECK(wait_until([&] { return occurrences(pipe.text(), "\"degraded: local port ") == 1; }));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    int complaints = 0;
    int details = 0;
    for (const JsonObject& line : json_lines(pipe.text())) {
        const bool by_ssh = line.at("event") == "ssh";
        complaints += by_ssh && line.at("message") == tunnel.complaint() ? 1 : 0;
        details +=
            by_ssh && line.at("level") == "debug" && line.at("message").starts_with("debug1: ") ? 1 : 0;
    }
    CHECK(complaints == 1);
    CHECK(details > 0);
    check_nothing_left(tunnel.sshd());
}

TEST_CASE("In the journal ssh's words are lines of their own, once, and nothing stands there as it is")
{
    SKIP_WITHOUT_SSHD();
    Complaining tunnel;
    const TemporaryDirectory directory;
    const std::string journal = directory / "journal";
    const int fd = open(journal.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat status {};
    REQUIRE(fstat(fd, &status) == 0);
    ProcessOptions options = tunnel.options(fd, {"-v"});
    options.changes["JOURNAL_STREAM"] = fmt::format("{}:{}", status.st_dev, status.st_ino);
    const Process autossh(options);
    close(fd);
    CHECK(wait_until([&] { return occurrences(read_file(journal), "\n<6>degraded: local port ") == 1; }));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));

    const std::string text = read_file(journal);
    const std::string ssh = "ssh[" +
                            text.substr(text.find("pid is ") + 7,
                                        text.find('\n', text.find("pid is ")) - text.find("pid is ") - 7) +
                            "]: ";
    CHECK(occurrences(text, tunnel.complaint()) == 1);
    CHECK(occurrences(text, "\n<6>" + ssh + tunnel.complaint() + '\n') == 1);
    CHECK(occurrences(text, "\n<7>" + ssh + "debug1: ") > 0);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
        CHECK(text.at(at) == '<');
    check_nothing_left(tunnel.sshd());
}
