// Manual, "Exit of ssh": a stream that another ssh could not take up ends with the one that carried it.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/process/pseudo_terminal.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <optional>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// A program that is talked to through two pipes.
class Dialogue {
public:
    explicit Dialogue(std::vector<std::string> words)
    {
        if (pipe2(to_, O_CLOEXEC) != 0 || pipe2(from_, O_CLOEXEC) != 0)
            throw std::runtime_error("pipe2");
        words.insert(words.begin(), tested_autossh());
        process_.emplace(ProcessOptions{.arguments = std::move(words), .input = to_[0], .output = from_[1]});
        close(to_[0]);
        close(from_[1]);
    }
    ~Dialogue()
    {
        hang_up();
        close(from_[0]);
    }
    Dialogue(const Dialogue&) = delete;
    Dialogue& operator=(const Dialogue&) = delete;

    /// As much as has come when there is something.
    std::string answer_to(const std::string& text, std::chrono::milliseconds patience = generous) const
    {
        static_cast<void>(!write(to_[1], text.data(), text.size()));
        pollfd ready{from_[0], POLLIN, 0};
        std::array<char, 1024> answer{};
        if (poll(&ready, 1, static_cast<int>(patience.count())) <= 0)
            return {};
        const ssize_t size = read(from_[0], answer.data(), answer.size());
        return {answer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }
    void hang_up() { close(std::exchange(to_[1], -1)); }
    const Process& process() const { return *process_; }

private:
    int to_[2];
    int from_[2];
    std::optional<Process> process_;
};

/// SSH_FXP_INIT, version 3.
const std::string sftp_init("\0\0\0\5\1\0\0\0\3", 9);

std::vector<std::string> over(const Sshd& sshd, std::vector<std::string> options,
                              const std::vector<std::string>& command = {})
{
    options.insert(options.end(), {"-F", sshd.client_config(), "server"});
    options.insert(options.end(), command.begin(), command.end());
    return options;
}

}  // namespace

TEST_CASE("A subsystem whose connection has broken ends autossh with the status of ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("Subsystem sftp internal-sftp");
    for (const char* const test : {"0", "auto"}) {
        CAPTURE(test);
        Dialogue sftp(over(sshd, {"-M", test, "-s"}, {"sftp"}));
        REQUIRE(sftp.answer_to(sftp_init).substr(4, 1) == "\2");  // SSH_FXP_VERSION
        sshd.signal_sessions(SIGKILL);
        CHECK(sftp.process().wait_for_exit() == exited(255));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A subsystem that is left in order ends autossh with 0, however soon")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("Subsystem sftp internal-sftp");
    Dialogue sftp(over(sshd, {"-M", "0", "-s"}, {"sftp"}));
    REQUIRE_FALSE(sftp.answer_to(sftp_init).empty());
    sftp.hang_up();
    CHECK(sftp.process().wait_for_exit() == exited(0));
    check_nothing_left(sshd);
}

TEST_CASE("A connection of -W that has broken ends autossh with the status of ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server echo;
    Dialogue through(over(sshd, {"-M", "0", "-W", fmt::format("127.0.0.1:{}", echo.port())}));
    REQUIRE(through.answer_to("hello") == "hello");
    sshd.signal_sessions(SIGKILL);
    CHECK(through.process().wait_for_exit() == exited(255));
    check_nothing_left(sshd);
}

TEST_CASE("A command through pipes is run again when its connection has broken, as with 1.4g")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    Dialogue cat(over(sshd, {"-M", "0", "--gate-time", "0"}, {"cat"}));
    REQUIRE(cat.answer_to("hello") == "hello");
    sshd.signal_sessions(SIGKILL);
    const auto goes_on = [&] {
        return cat.answer_to("again", std::chrono::milliseconds(300)).find("again") != std::string::npos;
    };
    CHECK(wait_until(goes_on));
    CHECK_FALSE(cat.process().exit_result());
    cat.process().signal(SIGTERM);
    CHECK(cat.process().wait_for_exit());
    check_nothing_left(sshd);
}

TEST_CASE("An ssh whose ProxyCommand is autossh -W ends without a word of ours, also at a terminal")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const std::string options : {"-M 0", "-M auto", "--restart never"})
        for (const std::string command : {"true", "kill -9 $PPID"}) {
            CAPTURE(options, command);
            const std::string proxy = fmt::format("ProxyCommand={} {} -F '{}' -W %h:%p server",
                                                  tested_autossh(), options, sshd.client_config().string());
            const PseudoTerminal terminal;
            for (const std::string& place : {std::string(), terminal.path()}) {
                const Process ssh(
                    {.arguments = {"ssh", "-T", "-F", sshd.client_config(), "-o", proxy, "server", command},
                     .terminal = place});
                CHECK(ssh.wait_for_exit());
                CHECK(ssh.wait_until_nothing_left());
                CHECK((ssh.errors() + terminal.shown()).find("autossh") == std::string::npos);
            }
        }
    check_nothing_left(sshd);
}
