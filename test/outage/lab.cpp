#include "outage/lab.hpp"

#include "outage/isolated.hpp"

#include <exception>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test::outage {
Lab::Lab(const Configuration& configuration)
{
    {
        const Inside inside(network_.client());
        client_echo_.emplace(Server::Manner::echo, echo_port);
        local_.emplace(local_port);
    }
    const Inside inside(network_.server());
    if (configuration.server_tcp_retries)
        write_file("/proc/sys/net/ipv4/tcp_retries2", std::to_string(*configuration.server_tcp_retries));
    server_echo_.emplace(Server::Manner::echo, echo_port);
    remote_.emplace(remote_port);
    sshd_.emplace(Network::server_address, configuration.client);
}

std::string Lab::missing()
{
    if (geteuid() != 0)
        return "this needs root, for network namespaces";
    if (!SshServer::is_installed())
        return "sshd is not installed";
    try {
        Isolated([] {
            const Network network;
            return std::string();
        }).result();
    } catch (const std::exception& error) {
        return fmt::format("no network namespaces with TUN devices here ({})", error.what());
    }
    return "";
}

std::vector<std::string> Lab::ssh_words() const
{
    return {"-F",
            sshd_->client_config(),
            "-N",
            "-L",
            fmt::format("127.0.0.1:{}:127.0.0.1:{}", local_port, echo_port),
            "-R",
            fmt::format("127.0.0.1:{}:127.0.0.1:{}", remote_port, echo_port),
            "server"};
}

void Lab::start_sshd()
{
    const Inside inside(network_.server());
    sshd_->start();
}

bool Lab::is_good_for(Clock::duration time) const
{
    return local_->is_good_for(time) && remote_->is_good_for(time);
}

}  // namespace autossh_test::outage
