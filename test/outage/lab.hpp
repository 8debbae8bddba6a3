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

/// The whole world of a tunnel: two machines and the way between them, sshd, an echo server at the far end of
/// each forward, and a prober at the near one. To be made in an Isolated.
class Lab {
public:
    Lab(Direction direction, const Configuration& configuration);

    /// What is missing here to make one; empty: nothing.
    static std::string missing();

    static constexpr unsigned short forward_port = 9001;  ///< of -L on the client, of -R on the server
    static constexpr unsigned short echo_port = 7;

    /// What any program that starts ssh gives to it.
    std::vector<std::string> ssh_words() const;

    /// For `ssh -F` on the client.
    std::string client_config() const { return sshd_->client_config(); }
    const autossh::UniqueFd& client() const { return network_.client(); }

    Network& network() { return network_; }
    Relay& relay() { return network_.relay(); }
    SshServer& sshd() { return *sshd_; }
    void start_sshd();
    /// Of the forward; of both, that of -R.
    const Prober& prober() const { return is_remote() ? *remote_prober_ : *local_prober_; }
    const Prober& local_prober() const { return *local_prober_; }  ///< of -L, if there is one

private:
    bool is_local() const { return direction_ != Direction::remote; }
    bool is_remote() const { return direction_ != Direction::local; }

    Direction direction_;
    Network network_;
    std::optional<SshServer> sshd_;
    std::optional<Server> far_echo_;   ///< on the server, for -L,
    std::optional<Server> near_echo_;  ///< and on the client, for -R
    std::optional<Prober> local_prober_;
    std::optional<Prober> remote_prober_;
};

}  // namespace autossh_test::outage
