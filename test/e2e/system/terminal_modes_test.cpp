// The terminal that ssh makes raw, and does not set back when it is killed.
#include "e2e/support/autossh.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <memory>
#include <sstream>

using namespace autossh_test;

namespace {

/// A terminal on which autossh runs as the foreground job of a shell that leaves the modes alone.
class Screen {
public:
    Screen() : before_(terminal_.modes()) {}

    /// Returns when ssh has made the terminal raw.
    void run(const Sshd& sshd, const Environment& changes)
    {
        const std::string command = sshd.script("echo remote ready; cat\n");
        shell_ = std::make_unique<Process>(
            ProcessOptions{.arguments = command_line(sshd, {"-M", "0", "-t"}, {command}),
                           .changes = quick(log_, changes),
                           .terminal = terminal_.path(),
                           .job_control = true});
        REQUIRE(terminal_.wait_for_text("remote ready"));
        REQUIRE(terminal_.is_raw());
    }

    const PseudoTerminal& terminal() const { return terminal_; }
    const LogFile& log() const { return log_; }
    const Process& shell() const { return *shell_; }
    pid_t autossh() const { return shell_->job(); }

    bool is_as_before() const { return terminal_.has_modes(before_); }

private:
    LogFile log_;
    PseudoTerminal terminal_;
    termios before_;
    std::unique_ptr<Process> shell_;
};

/// An ssh that writes down the terminal's modes before it starts.
std::string noting_ssh(const Sshd& sshd)
{
    const std::string path = sshd.directory() / "noting_ssh";
    write_file(path,
               fmt::format("#!/bin/sh\nstty -g >>{}/modes\nexec ssh \"$@\"\n", sshd.directory().string()));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
}

std::vector<std::string> noted_modes(const Sshd& sshd)
{
    std::istringstream text(read_file(sshd.directory() / "modes"));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("The terminal of a killed ssh is set back when autossh exits")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Screen screen;
    screen.run(sshd, {{"AUTOSSH_MAXSTART", "1"}});

    CHECK(process_table::send(screen.log().ssh_pid(), SIGKILL));
    CHECK(screen.shell().wait_for_exit() == exited(0));
    CHECK(screen.log().count("max start count reached; exiting") == 1);
    CHECK(screen.is_as_before());
    CHECK(screen.shell().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("The terminal of a killed ssh is set back before the next start")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Screen screen;
    screen.run(sshd, {{"AUTOSSH_PATH", noting_ssh(sshd)}});
    const pid_t ssh = screen.log().ssh_pid();

    CHECK(process_table::send(ssh, SIGKILL));
    REQUIRE(wait_until([&] { return noted_modes(sshd).size() == 2; }));
    CHECK(noted_modes(sshd).at(0) == noted_modes(sshd).at(1));
    CHECK(wait_until([&] { return screen.log().ssh_pid() != ssh && screen.terminal().is_raw(); }));

    CHECK(process_table::send(screen.autossh(), SIGTERM));
    CHECK(screen.shell().wait_for_exit() == exited(1));
    CHECK(screen.is_as_before());
    check_nothing_left(sshd);
}

TEST_CASE("TERM to autossh sets the terminal back")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Screen screen;
    screen.run(sshd, {});

    CHECK(process_table::send(screen.autossh(), SIGTERM));
    CHECK(screen.shell().wait_for_exit() == exited(1));
    CHECK(screen.is_as_before());
    CHECK(screen.shell().wait_until_nothing_left());
    check_nothing_left(sshd);
}

TEST_CASE("USR1 to autossh sets the terminal back before the next start")
{
    SKIP_WITHOUT_REMOTE_TERMINAL();
    Sshd sshd;
    Screen screen;
    screen.run(sshd, {{"AUTOSSH_PATH", noting_ssh(sshd)}});

    CHECK(process_table::send(screen.autossh(), SIGUSR1));
    REQUIRE(wait_until([&] { return noted_modes(sshd).size() == 2; }));
    CHECK(noted_modes(sshd).at(0) == noted_modes(sshd).at(1));

    CHECK(process_table::send(screen.autossh(), SIGTERM));
    CHECK(screen.shell().wait_for_exit() == exited(1));
    CHECK(screen.is_as_before());
    check_nothing_left(sshd);
}
