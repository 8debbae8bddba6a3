#include "tunnels/fleet.hpp"

#include "autossh/settings/command_line.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <cstdlib>
#include <sstream>

namespace autossh_test {

using namespace autossh;

Fleet::Fleet(std::size_t tunnels, const std::string& log_level)
{
    ::setenv("XDG_RUNTIME_DIR", directory_.path().c_str(), 1);
    ::unsetenv("RUNTIME_DIRECTORY");
    inherited_.prepare();
    log_.configure({.file = (directory_ / "log").string(),
                    .level = log_level == "debug" ? 7 : 6,
                    .format = LogFormat::json});
    log_.set_up_finished();
    world_.emplace(io_.get_executor(), inherited_, tunnels);
    tunnels_.emplace(*world_);
}

Fleet::~Fleet()
{
    if (!ended_)
        end();
}

TunnelSettings& Fleet::add(const std::string& name, const std::vector<std::string>& words)
{
    Member& member = members_.emplace_back(Member{name, {}, directory_ / name});
    read_command_line(words, member.settings);
    std::filesystem::create_directory(member.directory);
    TunnelSettings& settings = member.settings.tunnel;
    settings.name = name;
    settings.gate_time = Duration::zero();
    return settings;
}

TunnelSettings& Fleet::add_stand_in(const std::string& name, const std::string& script)
{
    TunnelSettings& settings = add(name, {"-M", "0", "-N", "host"});
    settings.ssh.file = FAKE_SSH_PATH;
    settings.ssh.environment = {"FAKE_SSH_DIR=" + members_.back().directory.string()};
    write_file(members_.back().directory / "script", script + "\n");
    return settings;
}

void Fleet::start()
{
    for (Member& member : members_) {
        member.log = std::make_unique<Log>(log_, member.name);
        member.tunnel = &tunnels_->add(member.settings.tunnel, member.help, *member.log, [] {});
    }
    tunnels_->run([this](const Ruling&) { ended_ = true; });
}

void Fleet::end()
{
    tunnels_->ask(Request::stop, SIGTERM);
    until([this] { return ended_; });
}

bool Fleet::until(const std::function<bool()>& is_so)
{
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (!is_so() && std::chrono::steady_clock::now() < deadline)
        run_for(std::chrono::milliseconds(5));
    return is_so();
}

void Fleet::run_for(std::chrono::milliseconds time)
{
    io_.restart();
    io_.run_for(time);
}

/// "N pid parent argv…"
Fleet::Start Fleet::last_start(std::size_t tunnel) const
{
    Start start;
    std::istringstream lines(read_file(members_.at(tunnel).directory / "starts"));
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        words >> start.number >> start.pid;
    }
    return start;
}

std::string Fleet::log_of(const std::string& name) const
{
    std::string found;
    std::istringstream lines(log());
    for (std::string line; std::getline(lines, line);)
        if (line.find("\"tunnel\":\"" + name + "\"") != std::string::npos)
            found += line + "\n";
    return found;
}

}  // namespace autossh_test
