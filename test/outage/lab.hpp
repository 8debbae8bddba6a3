#pragma once

#include "e2e/support/server.hpp"
#include "outage/direction.hpp"
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

/// The whole world of a tunnel with one forward: two machines and the way between them, sshd, an echo server
/// at the far end of the forward, and a prober at the near one. To be made in an Isolated.
class Lab {
public:
    Lab(Direction direction, const Configuration& configuration);

    /// What is missing here to make one; empty: nothing.
    static std::string missing();

    static constexpr unsigned short forward_port = 9001;  ///< of -L on the client, of -R on the server
    static constexpr unsigned short echo_port = 7;

    /// What any program that starts ssh gives to it.
    std::vector<std::string> ssh_words() const;

    Network& network() { return network_; }
    Relay& relay() { return network_.relay(); }
    SshServer& sshd() { return *sshd_; }
    void start_sshd();
    const Prober& prober() const { return *prober_; }

private:
    Direction direction_;
    Network network_;
    std::optional<SshServer> sshd_;
    std::optional<Server> echo_;
    std::optional<Prober> prober_;
};

}  // namespace autossh_test::outage
