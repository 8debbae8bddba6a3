// What FleetSoak does to a fleet.
#include "e2e/ctl/fleet_soak.hpp"

#include "support/waiting.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <fmt/core.h>

namespace autossh_test {

std::size_t FleetSoak::random(std::size_t below)
{
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(generator_);
}

std::string FleetSoak::some_tunnel()
{
    return name_of(random(size_.tunnels));
}

pid_t FleetSoak::some_ssh()
{
    std::ifstream list(fmt::format("/proc/{0}/task/{0}/children", fleet_->pid()));
    std::vector<pid_t> children;
    for (pid_t pid = 0; list >> pid;)
        children.push_back(pid);
    return children.empty() ? 0 : children[random(children.size())];
}

void FleetSoak::disturb(std::chrono::seconds duration)
{
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end) {
        disturb_once();
        std::this_thread::sleep_for(std::chrono::milliseconds(random(600)));
    }
}

void FleetSoak::disturb_once()
{
    const std::size_t lot = random(100);
    if (lot < 30)
        hurt_ssh();
    else if (lot < 50)
        hurt_server();
    else if (lot < 75)
        give_order();
    else if (lot < 90)
        change_file();
    else
        say_nonsense();
}

/// A stopped one goes on, or not: then it is a connection that is dead.
void FleetSoak::hurt_ssh()
{
    const pid_t pid = some_ssh();
    if (pid <= 0)
        return;
    const std::size_t lot = random(4);
    if (lot == 0 && !stopped_.empty()) {
        process_table::send(*stopped_.begin(), SIGCONT);
        stopped_.erase(stopped_.begin());
        return count("SIGCONT of ssh");
    }
    if (lot < 2) {
        if (process_table::send(pid, SIGSTOP))
            stopped_.insert(pid);
        return count("SIGSTOP of ssh");
    }
    process_table::send(pid, lot == 2 ? SIGKILL : SIGTERM);
    count("kill of ssh");
}

void FleetSoak::hurt_server()
{
    if (random(25) == 0) {
        sshd_.stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(random(3000)));
        sshd_.start();
        return count("restart of sshd");
    }
    const std::vector<pid_t> sessions = sshd_.session_processes();
    if (sessions.empty())
        return;
    process_table::send(sessions[random(sessions.size())], SIGKILL);
    count("kill of a session of sshd");
}

void FleetSoak::ctl(const std::vector<std::string>& words)
{
    std::vector<std::string> all{"-D", std::to_string(fleet_->pid())};
    all.insert(all.end(), words.begin(), words.end());
    const Process process(lab_.options(all));
    const auto result = process.wait_for_exit();
    count(fmt::format("autosshctl {}: {}", words.front(), result ? result->text() : "does not end"));
}

void FleetSoak::give_order()
{
    constexpr const char* orders[] = {"stop", "start", "start", "restart", "try"};
    const std::string order = orders[random(5)];
    if (random(20) == 0)
        ctl({order, fmt::format("t{}*", random(size_.tunnels / 10 + 1)), "--yes"});
    else
        ctl({order, some_tunnel()});
}

/// Other keys for some, one more tunnel, or mistakes; by autosshctl or SIGHUP.
void FleetSoak::change_file()
{
    constexpr const char* others[] = {"description = \"another\"\n", "enabled = false\n",
                                      "backoff-max = \"5s\"\n", "message = \"another\"\n", "pol = 3\n"};
    std::string more;
    switch (random(4)) {
    case 0: more = fmt::format("[tunnel.more{}]\n", random(3)); break;
    case 1: more = "[tunnel.wrong\n"; break;
    default: more = others[random(5)]; break;  // of the last tunnel
    }
    write_file_with(more);
    if (random(3) != 0)
        return ctl({"reload"});
    fleet_->signal(SIGHUP);
    count("SIGHUP");
}

void FleetSoak::say_nonsense()
{
    clients_.emplace_back(lab_.place());
    ControlConnection& client = clients_.back();
    std::string bytes;
    switch (random(4)) {
    case 0: bytes.assign(70'000, 'x'); break;
    case 1:
        for (int i = 0; i < 300; ++i)
            bytes += "{\"v\":1,\"id\":1,\"do\":\"status\"}\n";
        break;
    case 2:
        bytes = R"({"v":1,"id":2,"do":"events"})"
                "\n{";
        break;
    default:
        for (int i = 0; i < 500; ++i)
            bytes += static_cast<char>(random(256));
    }
    client.send(bytes);
    if (clients_.size() > 10)
        clients_.pop_front();
    count("nonsense on the control socket");
}

}  // namespace autossh_test
