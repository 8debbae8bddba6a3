#include "e2e/support/fake_session.hpp"
#include "support/catch.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <sstream>

namespace autossh_test {

FakeSession::FakeSession(const std::string& script, const Environment& changes)
{
    write_file(directory_ / "script", script + '\n');
    options.changes = changes;
    options.changes.insert({"AUTOSSH_PATH", FAKE_SSH_PATH});
    options.changes.insert({"FAKE_SSH_DIR", directory_.path().string()});
    options.changes.insert({"AUTOSSH_GATETIME", "0"});
    options.changes.insert({"AUTOSSH_LOGFILE", (directory_ / "log").string()});
    options.changes.insert({"AUTOSSH_LOGLEVEL", "7"});
}

Process& FakeSession::start(std::vector<std::string> arguments)
{
    arguments.insert(arguments.begin(), tested_autossh());
    arguments.emplace_back("host");
    options.arguments = wrap ? wrap(arguments) : arguments;
    autossh_ = std::make_unique<Process>(options);
    return *autossh_;
}

std::string FakeSession::log() const
{
    return read_file(directory_ / "log");
}

bool FakeSession::logged(const std::string& text, int times) const
{
    return wait_until([&] { return occurrences(log(), text) >= times; });
}

int FakeSession::starts() const
{
    return occurrences(read_file(directory_ / "starts"), "\n");
}

bool FakeSession::started(int times) const
{
    return wait_until([&] { return starts() >= times; });
}

std::string FakeSession::state(int start, const std::string& name) const
{
    std::istringstream lines(read_file(directory_ / ("state." + std::to_string(start))));
    std::string line;
    while (std::getline(lines, line))
        if (line.starts_with(name + " "))
            return line.substr(name.size() + 1);
    return "";
}

std::string FakeSession::start_line(int start) const
{
    std::istringstream lines(read_file(directory_ / "starts"));
    std::string line;
    for (int number = 0; number < start; ++number)
        std::getline(lines, line);
    return line;
}

std::string FakeSession::arguments(int start) const
{
    const std::string line = start_line(start);
    const std::size_t end_of_argv0 = line.find('"', line.find('"') + 1);
    return line.substr(std::min(line.size(), end_of_argv0 + 2));
}

pid_t FakeSession::ssh_pid() const
{
    std::istringstream line(start_line(starts()));
    int number = 0;
    pid_t pid = 0;
    line >> number >> pid;
    return pid;
}

bool FakeSession::ssh_got(int start, const std::string& signal) const
{
    const std::string line = std::to_string(start) + " " + signal + "\n";
    return wait_until([&] { return read_file(directory_ / "signals").find(line) != std::string::npos; });
}

void stop(FakeSession& session)
{
    session.autossh().signal(SIGTERM);
    CHECK(session.autossh().wait_for_exit() == exited(1));
    CHECK(session.autossh().wait_until_nothing_left());
}

}  // namespace autossh_test
