#pragma once

#include "e2e/server.hpp"
#include "outage/network.hpp"
#include "outage/prober.hpp"
#include "outage/ssh_server.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh_test::outage {

/// What a fault wants to have set.
struct Configuration {
    /// Lines for ssh, each with its newline.
    std::string client{};
    /// The server's tcp_retries2: about 2^n * 0.4 s until it gives up a connection whose other side is
    /// silent. (ClientAliveInterval would not do: sshd 9.2 does not act on it while -R is in use all the
    /// time, as here.)
    std::optional<int> server_tcp_retries{};
};

/// A tunnel's whole world: two machines and the way between them, sshd, an echo server at both ends, and a
/// prober for each direction. To be made in an Isolated.
class Lab {
public:
    explicit Lab(const Configuration& configuration);

    /// What is missing here to make one; empty: nothing.
    static std::string missing();

    static constexpr unsigned short local_port = 9001;   ///< of -L, on the client
    static constexpr unsigned short remote_port = 9002;  ///< of -R, on the server
    static constexpr unsigned short echo_port = 7;

    /// What any program that starts ssh gives to it.
    std::vector<std::string> ssh_words() const;

    Network& network() { return network_; }
    Relay& relay() { return network_.relay(); }
    SshServer& sshd() { return *sshd_; }
    void start_sshd();
    const Prober& local() const { return *local_; }
    const Prober& remote() const { return *remote_; }

    /// Both directions have carried bytes all through the last `time`.
    bool is_good_for(Clock::duration time) const;

private:
    Network network_;
    std::optional<SshServer> sshd_;
    std::optional<Server> client_echo_;
    std::optional<Server> server_echo_;
    std::optional<Prober> local_;
    std::optional<Prober> remote_;
};

}  // namespace autossh_test::outage
