#include "unit/ctl/watch_fleets.hpp"

namespace autossh_test {

using namespace autossh;

TunnelFacts watched_tunnel(const std::string& name, const std::string& state, const std::string& health)
{
    TunnelFacts tunnel;
    tunnel.name = name;
    tunnel.state = state;
    tunnel.health = health;
    tunnel.host = "server.example.com";
    tunnel.since = watch_now - std::chrono::seconds(8);
    return tunnel;
}

SeenDaemon watched_laptop(pid_t pid)
{
    SeenDaemon daemon;
    daemon.facts.name = "laptop";
    daemon.facts.kind = "fleet";
    daemon.facts.pid = pid;
    daemon.at.parent = "/run/user/1000";
    auto& tunnels = daemon.facts.tunnels;
    tunnels.push_back(watched_tunnel("office", "waiting", "down"));
    tunnels.back().cause = {"refused", "refused by 192.0.2.1 port 22", "start sshd there"};
    tunnels.back().tries = 2;
    tunnels.push_back(watched_tunnel("db", "up", "up"));
    tunnels.back().groups = {"prod", "data"};
    tunnels.back().round_trip.last = Seconds(0.023);
    tunnels.back().round_trip.recent = {Seconds(0.023), std::nullopt, Seconds(0.023)};
    tunnels.back().round_trip.tests = 3;
    tunnels.back().availability.day = 0.9998;
    tunnels.push_back(watched_tunnel("web", "up", "up"));
    tunnels.back().groups = {"prod"};
    tunnels.back().description = "the Shop";
    tunnels.back().server.address = "192.0.2.7";
    tunnels.back().round_trip.last = Seconds(0.5);
    tunnels.push_back(watched_tunnel("lab", "stopped", "stopped"));
    tunnels.back().stopped = "by hand";
    return daemon;
}

SeenDaemon watched_single(const std::string& name, pid_t pid)
{
    SeenDaemon daemon;
    daemon.facts.name = name;
    daemon.facts.kind = "single";
    daemon.facts.pid = pid;
    daemon.facts.tunnels.push_back(watched_tunnel(name, "up", "up"));
    return daemon;
}

}  // namespace autossh_test
