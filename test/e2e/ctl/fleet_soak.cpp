#include "e2e/ctl/fleet_soak.hpp"

#include "autossh/control/answer.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fmt/core.h>
#include <sys/stat.h>

namespace autossh_test {

namespace {

namespace fs = std::filesystem;

std::vector<pid_t> children_of(pid_t parent)
{
    std::ifstream list(fmt::format("/proc/{0}/task/{0}/children", parent));
    std::vector<pid_t> children;
    for (pid_t pid = 0; list >> pid;)
        children.push_back(pid);
    return children;
}

/// KiB that no other process shares.
std::size_t own_memory(pid_t pid)
{
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    std::string word;
    std::size_t size = 0;
    while (status >> word)
        if (word == "RssAnon:")
            status >> size;
    return size;
}

std::size_t entries_in(const fs::path& directory)
{
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

fs::path private_directory(const fs::path& place)
{
    for (const auto& entry : fs::directory_iterator(place))
        if (entry.path().filename().string().starts_with("auto-ssh."))
            return entry.path();
    return place;
}

}  // namespace

FleetSoak::FleetSoak(const Size& size) : size_(size), generator_(size.seed)
{
    for (std::size_t i = 0; i < size_.tunnels; ++i)
        ports_.push_back(free_port_pair());
    write_file_with("");
    ProcessOptions options;
    options.arguments = {tested_autossh(), "--fleet", "--log-file", lab_ / "log", lab_ / "lab.toml"};
    options.changes = {{"XDG_RUNTIME_DIR", lab_.place()}};
    fleet_ = std::make_unique<Process>(options);
}

std::string FleetSoak::name_of(std::size_t number) const
{
    return fmt::format("t{:02}", number);
}

/// Of every five, one tests its connection by a loop, one has a second forward, and one needs another.
std::string FleetSoak::tunnel(std::size_t number, const std::string& keys) const
{
    std::string text = fmt::format("[tunnel.{}]\nlocal = [\"127.0.0.1:{}:127.0.0.1:{}\"]\n", name_of(number),
                                   ports_[number], service_.port());
    switch (number % 5) {
    case 1: text += "monitor = \"auto\"\npoll = \"5s\"\n"; break;
    case 2: text += fmt::format("dynamic = [\"127.0.0.1:{}\"]\n", ports_[number] + 1); break;
    case 3: text += fmt::format("after = [\"{}\"]\n", name_of(number - 1)); break;
    default: break;
    }
    return text + keys;
}

/// `more`: keys of some tunnels, else whatever stands at the end of a file.
void FleetSoak::write_file_with(const std::string& more) const
{
    std::string text = fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n",
                                   sshd_.client_config().string());
    for (std::size_t i = 0; i < size_.tunnels; ++i)
        text += tunnel(i, "");
    write_file(lab_ / "new.toml", text + more);
    ::chmod((lab_ / "new.toml").c_str(), 0600);
    fs::rename(lab_ / "new.toml", lab_ / "lab.toml");
}

std::string FleetSoak::run()
{
    if (!wait_until([this] { return facts().has_value(); }))
        return "it does not answer\n";
    std::string wrong = recover();
    disturb(size_.warm_up);
    wrong += recover();
    before_ = figures();
    disturb(size_.duration);
    wrong += recover();
    wrong += wrong_statuses();
    wrong += leaks();
    fleet_->signal(SIGTERM);
    const auto result = fleet_->wait_for_exit();
    if (!result || !result->code)
        wrong += fmt::format("asked to end, it does this: {}\n", result ? result->text() : "nothing");
    if (!fleet_->wait_until_nothing_left())
        wrong += "something outlives it\n";
    return wrong;
}

std::string FleetSoak::recover()
{
    for (const pid_t pid : stopped_)
        ::kill(pid, SIGCONT);
    stopped_.clear();
    clients_.clear();
    write_file_with("");
    ctl({"reload"});
    ctl({"start", "--all", "--yes"});
    std::string down;
    const auto all_are_up = [&] {
        down.clear();
        const auto now = facts();
        if (!now)
            return down = "no answer", false;
        for (const autossh::TunnelFacts& tunnel : now->tunnels)
            if (tunnel.state != "up")
                down += fmt::format("{} is not up: {}\n", tunnel.name, tunnel.words);
        return down.empty() && now->tunnels.size() == size_.tunnels;
    };
    if (wait_until(all_are_up, size_.recovery, std::chrono::milliseconds(200)))
        return "";
    return fmt::format("not all up after {} s:\n{}", size_.recovery.count(), down);
}

std::optional<autossh::DaemonFacts> FleetSoak::facts() const
{
    ControlConnection connection(lab_.place());
    const auto answer = autossh::read_answer(connection.ask(R"({"v":1,"id":1,"do":"status"})"));
    return answer ? answer->daemon : std::nullopt;
}

/// Each has an ssh of its own, which lives and forwards.
std::string FleetSoak::wrong_statuses() const
{
    std::string wrong;
    const auto now = facts();
    if (!now)
        return "no answer\n";
    std::vector<pid_t> children = children_of(fleet_->pid());
    for (std::size_t i = 0; i < now->tunnels.size(); ++i) {
        const autossh::TunnelFacts& tunnel = now->tunnels[i];
        if (std::erase(children, tunnel.pid) != 1)
            wrong += fmt::format("{}: {} is none of its children\n", tunnel.name, tunnel.pid);
        if (!carries_bytes(ports_[i]))
            wrong += fmt::format("{} is up and carries nothing\n", tunnel.name);
    }
    for (const pid_t pid : children)
        wrong += fmt::format("{} is a child of no tunnel's\n", pid);
    return wrong;
}

FleetSoak::Figures FleetSoak::figures() const
{
    const pid_t pid = fleet_->pid();
    return {entries_in(fmt::format("/proc/{}/fd", pid)), children_of(pid).size(),
            entries_in(private_directory(lab_.place())), own_memory(pid)};
}

/// What a question of a test takes for a moment is no leak.
std::string FleetSoak::leaks()
{
    // One may have no tests of its connection, or a folder of another connection that was tried.
    constexpr std::size_t of_one_tunnel = 6;
    const auto has_more = [this] {
        const Figures now = figures();
        return now.descriptors > before_.descriptors + of_one_tunnel || now.children > before_.children ||
               now.folders > before_.folders + of_one_tunnel;
    };
    const bool is_well = wait_until([&] { return !has_more(); });
    const Figures now = after_ = figures();
    constexpr std::size_t rings = 40;  // KiB of each tunnel's last log lines
    // A sanitizer keeps for long what was freed.
    const bool has_grown = !tested_autossh_has_address_sanitizer() &&
                           now.memory > before_.memory * 5 / 4 + size_.tunnels * rings;
    if (is_well && !has_grown)
        return "";
    return fmt::format("left over: {} before, {} now\n", in_words(before_), in_words(now));
}

std::string FleetSoak::in_words(const Figures& figures)
{
    return fmt::format("{} descriptors, {} children, {} entries, {} KiB", figures.descriptors,
                       figures.children, figures.folders, figures.memory);
}

std::string FleetSoak::summary() const
{
    std::string text;
    for (const auto& [what, times] : counts_)
        text += fmt::format("{:6}  {}\n", times, what);
    return text + fmt::format("before: {}\nnow:    {}\n", in_words(before_), in_words(after_));
}

std::string FleetSoak::log() const
{
    return read_file(lab_ / "log");
}

}  // namespace autossh_test
