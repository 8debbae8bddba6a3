#include "outage/lab.hpp"

#include "outage/isolated.hpp"

#include <exception>
#include <sys/resource.h>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test::outage {
namespace {

/// Connections that hang are many in a long fault.
void allow_many_descriptors()
{
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Lab::Lab(Direction direction, const Configuration& configuration) : direction_(direction)
{
    allow_many_descriptors();
    {
        const Inside inside(network_.client());
        if (is_local())
            local_prober_.emplace(forward_port);
        if (is_remote())
            near_echo_.emplace(Server::Manner::echo, echo_port);
    }
    const Inside inside(network_.server());
    if (is_remote())
        remote_prober_.emplace(forward_port);
    if (is_local())
        far_echo_.emplace(Server::Manner::echo, echo_port);
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
    const std::string forward = fmt::format("127.0.0.1:{}:127.0.0.1:{}", forward_port, echo_port);
    std::vector<std::string> words{"-F", sshd_->client_config(), "-N"};
    if (is_local())
        words.insert(words.end(), {"-L", forward});
    if (is_remote())
        words.insert(words.end(), {"-R", forward});
    if (direction_ ==
        Direction::both)  // whose tunnel ends for one of two of them, is without the other as well
        words.insert(words.end(), {"-o", "ExitOnForwardFailure=no"});
    words.emplace_back("server");
    return words;
}

void Lab::start_sshd()
{
    const Inside inside(network_.server());
    sshd_->start();
}

}  // namespace autossh_test::outage
