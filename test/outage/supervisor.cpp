#include "outage/supervisor.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>

namespace autossh_test::outage {
namespace {

constexpr std::string_view start_line = "starting ssh (count";  // ours and the reference's

/// "$0" is the log.
constexpr const char* shell_loop =
    R"(while :; do echo 'starting ssh (count' >>"$0"; ssh "$@"; sleep 1; done)";

std::vector<std::string> command_line(const Contestant& contestant, const Lab& lab, const std::string& log)
{
    std::vector<std::string> words;
    switch (contestant.kind) {
    case Contestant::Kind::ours: words = {tested_autossh()}; break;
    case Contestant::Kind::reference: words = {REFERENCE}; break;
    case Contestant::Kind::loop: words = {"sh", "-c", shell_loop, log}; break;
    }
    words.insert(words.end(), contestant.options.begin(), contestant.options.end());
    const auto ssh_words = lab.ssh_words();
    words.insert(words.end(), ssh_words.begin(), ssh_words.end());
    return words;
}

/// `command` is a tunnel's ssh, not one that is asked for its configuration.
bool is_tunnel(const std::string& command)
{
    const std::string program = command.substr(0, command.find(' '));
    return program.substr(program.rfind('/') + 1) == "ssh" && command.find(" -G ") == std::string::npos;
}

}  // namespace

Supervisor::Supervisor(const Contestant& contestant, Lab& lab) : contestant_(contestant)
{
    const std::string log = directory_ / "log";
    ProcessOptions options{.arguments = command_line(contestant, lab, log)};
    options.changes = contestant.environment;
    options.changes["AUTOSSH_LOGFILE"] = log;
    // Else a fault within the first 30 s would be a first try that has failed.
    options.changes["AUTOSSH_GATETIME"] = "0";
    const Inside inside(lab.network().client());
    process_.emplace(options);
}

int Supervisor::starts() const
{
    return occurrences(read_file(directory_ / "log"), start_line);
}

pid_t Supervisor::ssh() const
{
    for (const auto& entry : process_->family())
        if (is_tunnel(entry.command))
            return entry.pid;
    return 0;
}

void Supervisor::signal_ssh(int number) const
{
    process_table::send(ssh(), number);
}

std::string Supervisor::log() const
{
    return read_file(directory_ / "log") + process_->errors();
}

}  // namespace autossh_test::outage
