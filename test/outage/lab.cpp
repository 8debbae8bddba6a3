#include "outage/lab.hpp"

#include "outage/isolated.hpp"

#include <exception>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test::outage {

Lab::Lab(Direction direction, const Configuration& configuration) : direction_(direction)
{
    const bool is_local = direction == Direction::local;
    {
        const Inside inside(is_local ? network_.client() : network_.server());
        prober_.emplace(forward_port);
    }
    {
        const Inside inside(is_local ? network_.server() : network_.client());
        echo_.emplace(Server::Manner::echo, echo_port);
    }
    const Inside inside(network_.server());
    if (configuration.server_tcp_retries)
        write_file("/proc/sys/net/ipv4/tcp_retries2", std::to_string(*configuration.server_tcp_retries));
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
            option_of(direction_),
            fmt::format("127.0.0.1:{}:127.0.0.1:{}", forward_port, echo_port),
            "server"};
}

void Lab::start_sshd()
{
    const Inside inside(network_.server());
    sshd_->start();
}

}  // namespace autossh_test::outage
