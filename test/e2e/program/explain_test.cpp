// Manual, "--explain", with the real ssh: what it prints is what would run, and nothing runs.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <unistd.h>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

/// A shell's view of a line.
Words words_in_shell(const std::string& line)
{
    const Process shell({.arguments = {"sh", "-c", "printf '%s\\n' " + line}});
    REQUIRE(shell.wait_for_exit() == exited(0));
    std::istringstream lines(shell.output());
    Words words;
    for (std::string word; std::getline(lines, word);)
        words.push_back(word);
    return words;
}

/// The words under "Runs:".
Words words_it_runs(const std::string& explanation)
{
    const std::string begin = "Runs:\n    ";
    REQUIRE(explanation.starts_with(begin));
    return words_in_shell(
        explanation.substr(begin.size(), explanation.find('\n', begin.size()) - begin.size()));
}

/// Whether there is a line "    NAME  REASON", in columns.
bool explains(const std::string& explanation, const std::string& name)
{
    const auto at = explanation.find("\n    " + name + "  ");
    return at != std::string::npos && explanation.at(explanation.find('\n', at + 1) - 1) != ' ';
}

/// autossh --explain and these, with a directory for its private directories and a log.
class Explain {
public:
    explicit Explain(const Words& words, const Environment& changes = {})
        : process_(process_options(words, log_, directory_, changes))
    {
        exit_ = process_.wait_for_exit();
    }

    std::optional<ExitResult> exit() const { return exit_; }
    std::string text() const { return process_.output(); }
    std::string errors() const { return process_.errors(); }
    const LogFile& log() const { return log_; }
    bool leaves_no_directory() const { return std::filesystem::is_empty(directory_.path()); }
    std::filesystem::path directory() const { return directory_.path(); }

private:
    static ProcessOptions process_options(const Words& words, const LogFile& log,
                                          const TemporaryDirectory& directory, const Environment& changes)
    {
        Words all{tested_autossh(), "--explain"};
        all.insert(all.end(), words.begin(), words.end());
        Environment variables = quick(log, {{"TMPDIR", directory.path()}});
        for (const auto& [name, value] : changes)
            variables[name] = value;
        return {.arguments = all, .changes = variables};
    }

    LogFile log_;
    TemporaryDirectory directory_;
    Process process_;
    std::optional<ExitResult> exit_;
};

/// The words without what differs from one run to the next: the private directory and the loop's port.
Words without_chance(Words words)
{
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (words[i - 1] == "-E" && words[i].find("/auto-ssh.") != std::string::npos)
            words[i] = "DIRECTORY/log";
        if (words[i].starts_with("ControlPath=") && words[i].ends_with("/master"))
            words[i] = "ControlPath=DIRECTORY/master";
        if (words[i - 1] == "-L" && words[i].find("/out:127.0.0.1:") != std::string::npos)
            words[i] = "DIRECTORY/out:127.0.0.1:PORT";
        if (words[i - 1] == "-R" && words[i].ends_with("/in"))
            words[i] = "127.0.0.1:PORT:DIRECTORY/in";
    }
    return words;
}

/// What an ssh is called with by 1.4g.
Words words_of_reference(const Words& options)
{
    const TemporaryDirectory directory;
    const std::filesystem::path script = directory / "ssh";
    const std::filesystem::path words_file = directory / "words";
    write_file(script, fmt::format("#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\" >{}\n", words_file.string()));
    std::filesystem::permissions(script, std::filesystem::perms{0755});
    Words words{REFERENCE};
    words.insert(words.end(), options.begin(), options.end());
    const Process reference(
        {.arguments = words, .changes = {{"AUTOSSH_PATH", script}, {"AUTOSSH_GATETIME", "0"}}});
    CHECK(reference.wait_for_exit() == exited(0));
    std::istringstream lines(read_file(words_file));
    Words found;
    for (std::string word; std::getline(lines, word);)
        found.push_back(word);
    if (!found.empty())
        found.front() = "/usr/bin/ssh";
    return found;
}

}  // namespace

TEST_CASE("Explain tells the very command line that would be run, and each addition with its reason")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    for (const std::string monitor : {"auto", "0"}) {
        INFO("-M " << monitor);
        const Words options{"-M", monitor, "-N", "-L", forwarding(free_port_pair(), 9)};
        Words words = command_line(sshd, options);
        words.erase(words.begin());
        const Explain explain(words);
        REQUIRE(explain.exit() == exited(0));
        const std::string text = explain.text();
        INFO(text);
        for (const std::string addition :
             {"-o ServerAliveInterval=10",
              monitor == "auto" ? "-o ServerAliveCountMax=12" : "-o ServerAliveCountMax=3",
              "-o ConnectTimeout=20", "-o LogLevel=DEBUG1"})
            CHECK(explains(text, addition));
        CHECK(text.find("/master -o ControlPersist=no ") != std::string::npos);
        CHECK(text.find(" autossh reads what ssh logs, and passes it on\n") != std::string::npos);
        CHECK((text.find("/out:127.0.0.1:") != std::string::npos) == (monitor == "auto"));
        for (const std::string time : {"monitor port", "poll", "net timeout", "gate time", "connect timeout",
                                       "kill time", "max lifetime", "ConnectTimeout", "ServerAliveInterval"})
            CHECK(text.find("\n    " + time + "  ") != std::string::npos);
        CHECK(explain.errors().empty());
        CHECK(explain.leaves_no_directory());

        const Autossh autossh(sshd, options);
        REQUIRE(autossh.log().wait_for("ssh child pid is "));
        CHECK(without_chance(command_line_of(autossh.log().ssh_pid())) ==
              without_chance(words_it_runs(text)));
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Explain starts nothing: no connection is made, no file is written, no ssh is started")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server server;  // in the place of sshd, as it counts its connections
    const std::string pid_file = sshd.directory() / "pid";
    Words words = command_line(sshd, {"-N", "-p", std::to_string(server.port())});
    words.erase(words.begin());
    const Explain explain(words, {{"AUTOSSH_PIDFILE", pid_file}});

    CHECK(explain.exit() == exited(0));
    CHECK(explain.text().starts_with("Runs:\n    /usr/bin/ssh "));
    CHECK(server.connections() == 0);
    CHECK(explain.leaves_no_directory());
    CHECK_FALSE(std::filesystem::exists(pid_file));
    CHECK(explain.log().count("starting ssh") == 0);
    CHECK(explain.log().count("]: starting: ") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("Explain does not run a script, whatever its name is")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory directory;
    const std::filesystem::path script = directory / "ssh";
    const std::filesystem::path trace = directory / "trace";
    write_file(script, fmt::format("#!/bin/sh\n: >{}\nexec /usr/bin/ssh \"$@\"\n", trace.string()));
    std::filesystem::permissions(script, std::filesystem::perms{0755});
    Words words = command_line(sshd, {"-M", "0", "-N"});
    words.erase(words.begin());
    {
        const Explain explain(words, {{"AUTOSSH_PATH", script}});
        CHECK(explain.exit() == exited(0));
        CHECK_FALSE(std::filesystem::exists(trace));
        CHECK(words_it_runs(explain.text()) == Words{script, "-N", "-F", sshd.client_config(), "server"});
        CHECK(explain.text().find(fmt::format("{} is not known to be OpenSSH's ssh\n", script.string())) !=
              std::string::npos);
        CHECK(explain.leaves_no_directory());
    }
    {  // unless it is said that it may be
        const Explain explain(words, {{"AUTOSSH_PATH", script}, {"AUTOSSH_PLAIN", "no"}});
        CHECK(explain.exit() == exited(0));
        CHECK(std::filesystem::exists(trace));
        CHECK(explains(explain.text(), "-o ConnectTimeout=20"));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Explain with --plain: the command line is that of 1.4g")
{
    SKIP_UNLESS(access(REFERENCE, X_OK) == 0, "the reference is not installed");
    const std::string port = std::to_string(free_port_pair());
    for (const Words& options : {Words{"-M", "0", "-N", "-L", "1:two words:3", "host"},
                                 Words{"-M", port, "-NT", "host", "a", "remote command"},
                                 Words{"-M", port + ":7", "-N", "-o", "BatchMode yes", "host"}}) {
        Words words = options;
        words.insert(words.begin(), "--plain");
        const Explain explain(words);
        INFO(explain.text());
        CHECK(explain.exit() == exited(0));
        CHECK(words_it_runs(explain.text()) == words_of_reference(options));
        CHECK(explain.leaves_no_directory());
        CHECK(explain.errors().empty());
    }
}

TEST_CASE("Explain tells what ssh finds wrong with its options")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    Words words = command_line(sshd, {"-N", "-o", "NoSuchOption=1"});
    words.erase(words.begin());
    const Explain explain(words);

    CHECK(explain.exit() == exited(0));
    INFO(explain.text());
    CHECK(explain.text().find("Bad configuration option: nosuchoption") != std::string::npos);
    CHECK(explain.leaves_no_directory());
    check_nothing_left(sshd);
}
