// Manual, "Exit of ssh": with --restart never, autossh is the remote shell of other programs, as ssh is.
#include "e2e/support/autossh.hpp"
#include "support/process/read_pipe.hpp"
#include "support/tested_autossh.hpp"

#include <sys/stat.h>

using namespace autossh_test;

namespace {

bool is_in_path(const std::string& program)
{
    return Process({.arguments = {"sh", "-c", "command -v " + program}}).wait_for_exit() == exited(0);
}

#define SKIP_WITHOUT(program)                                                                                \
    SKIP_WITHOUT_SSHD();                                                                                     \
    SKIP_UNLESS(is_in_path(program), program " is not installed")

struct Ending {
    std::optional<ExitResult> exit;
    std::string output;
    std::string errors;  ///< through a pipe, where our own lines would be
};

Ending ending_of(const std::vector<std::string>& words, const Environment& changes)
{
    ReadPipe errors;
    const Process process({.arguments = words, .changes = changes, .errors = errors.write_end()});
    errors.close_write_end();
    const auto exit = process.wait_for_exit();
    return {exit, process.output(), errors.text()};
}

/// A server, and two programs that lead to it as `ssh …` does.
class Shells {
public:
    Shells()
    {
        sshd_.configure_server("Subsystem sftp internal-sftp");
        make("ssh_alone", "ssh");
        make("supervised", tested_autossh() + " --restart never -M 0");
        write_file(sshd_.directory() / "file", "some text\n");
    }
    ~Shells() { check_nothing_left(sshd_); }
    Shells(const Shells&) = delete;
    Shells& operator=(const Shells&) = delete;

    std::string at(const std::string& name) const { return sshd_.directory() / name; }
    std::string on_server(const std::string& name) const { return "server:" + at(name); }

    /// Runs a program over each of the two: `words` and `changes` with {SHELL} in them. Both ends are the
    /// same.
    void check(std::vector<std::string> words, int status, Environment changes = {}) const
    {
        INFO(words.at(0) << ", expected to exit " << status);
        const Ending alone = ending_over("ssh_alone", words, changes);
        const Ending ours = ending_over("supervised", words, changes);
        CHECK(alone.exit == exited(status));
        CHECK(ours.exit == exited(status));
        CHECK(ours.output == alone.output);
        CHECK(ours.errors == alone.errors);
    }

private:
    void make(const std::string& name, const std::string& command) const
    {
        write_file(at(name), fmt::format("#!/bin/sh\nexec {} -F '{}' \"$@\"\n", command,
                                         sshd_.client_config().string()));
        chmod(at(name).c_str(), 0755);
    }

    Ending ending_over(const std::string& shell, std::vector<std::string> words, Environment changes) const
    {
        const std::string mark = "{SHELL}";
        const auto put_in = [&](std::string& text) {
            if (const std::size_t begin = text.find(mark); begin != std::string::npos)
                text.replace(begin, mark.size(), at(shell));
        };
        for (std::string& word : words)
            put_in(word);
        for (auto& [name, value] : changes)
            put_in(value);
        return ending_of(words, changes);
    }

    Sshd sshd_;
};

Environment of_git()
{
    return {{"GIT_SSH_COMMAND", "{SHELL}"}, {"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_NOSYSTEM", "1"}};
}

}  // namespace

TEST_CASE("Remote shell: ssh's words, exit status and silence are those of ssh alone")
{
    SKIP_WITHOUT_SSHD();
    const Shells shells;
    for (const int status : {0, 1, 2, 3, 23, 254, 255})
        shells.check({"{SHELL}", "server", fmt::format("echo out; echo err >&2; exit {}", status)}, status);
    shells.check({"{SHELL}", "-s", "server", "nothing"}, 255);
    shells.check({"{SHELL}", "-oPreferredAuthentications=none", "server", "true"}, 255);
    shells.check({"{SHELL}", "-oNoSuchOption=1", "server", "true"}, 255);
}

TEST_CASE("Remote shell: git")
{
    SKIP_WITHOUT("git");
    const Shells shells;
    run({"git", "init", "-q", "--bare", shells.at("repository")});
    shells.check({"git", "ls-remote", shells.on_server("repository")}, 0, of_git());
    shells.check({"git", "ls-remote", "--exit-code", shells.on_server("repository")}, 2, of_git());
    shells.check({"git", "ls-remote", shells.on_server("missing")}, 128, of_git());
}

TEST_CASE("Remote shell: rsync")
{
    SKIP_WITHOUT("rsync");
    const Shells shells;
    shells.check({"rsync", "-e", "{SHELL}", shells.on_server("file"), shells.at("copy")}, 0);
    CHECK(read_file(shells.at("copy")) == "some text\n");
    shells.check({"rsync", "-e", "{SHELL}", shells.on_server("missing"), shells.at("copy")}, 23);
}

TEST_CASE("Remote shell: scp, by either protocol")
{
    SKIP_WITHOUT("scp");
    const Shells shells;
    for (const std::string protocol : {"-q", "-O"}) {
        INFO(protocol);
        std::filesystem::remove(shells.at("copy"));
        shells.check({"scp", protocol, "-S", "{SHELL}", shells.on_server("file"), shells.at("copy")}, 0);
        CHECK(read_file(shells.at("copy")) == "some text\n");
        shells.check({"scp", protocol, "-S", "{SHELL}", shells.on_server("missing"), shells.at("copy")}, 1);
    }
}

TEST_CASE("Remote shell: sftp")
{
    SKIP_WITHOUT("sftp");
    const Shells shells;
    write_file(shells.at("good"), fmt::format("get {} {}\n", shells.at("file"), shells.at("copy")));
    write_file(shells.at("bad"), fmt::format("get {} {}\n", shells.at("missing"), shells.at("copy")));
    shells.check({"sftp", "-q", "-S", "{SHELL}", "-b", shells.at("good"), "server"}, 0);
    CHECK(read_file(shells.at("copy")) == "some text\n");
    shells.check({"sftp", "-q", "-S", "{SHELL}", "-b", shells.at("bad"), "server"}, 1);
}

TEST_CASE("Remote shell: sshfs")
{
    SKIP_WITHOUT("sshfs");
    const Shells shells;
    std::filesystem::create_directory(shells.at("mounted"));
    shells.check({"sshfs", "-o", "ssh_command={SHELL}", shells.on_server("missing"), shells.at("mounted")},
                 1);
}

TEST_CASE("Remote shell: borg")
{
    SKIP_WITHOUT("borg");
    const Shells shells;
    const std::string repository = "ssh://server" + shells.at("repository");
    const std::string base = "BORG_BASE_DIR=" + shells.at("borg");
    run({"env", base, "BORG_RSH=" + shells.at("ssh_alone"), "borg", "init", "-e", "none", repository});
    const Environment changes{{"BORG_RSH", "{SHELL}"}, {"BORG_BASE_DIR", shells.at("borg")}};
    shells.check({"borg", "list", repository}, 0, changes);
    shells.check({"borg", "list", "ssh://server" + shells.at("missing")}, 2, changes);
}

TEST_CASE("Remote shell: ansible")
{
    SKIP_WITHOUT("ansible");
    const Shells shells;
    const Environment changes{{"LC_ALL", "C.UTF-8"},  // it refuses any other
                              {"ANSIBLE_SSH_EXECUTABLE", "{SHELL}"},
                              {"ANSIBLE_SSH_ARGS", "-C"},
                              {"ANSIBLE_HOME", shells.at("ansible")},
                              {"ANSIBLE_LOCAL_TEMP", shells.at("ansible")}};
    for (const int status : {0, 3})
        shells.check({"ansible", "all", "-i", "server,", "-m", "raw", "-a", fmt::format("exit {}", status)},
                     status == 0 ? 0 : 2, changes);
}
