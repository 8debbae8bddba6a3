#pragma once

#include "autossh/base/unique_fd.hpp"
#include "outage/relay.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh_test::outage {

/// While it lives, this thread and the processes and threads that it starts are in the network namespace.
class Inside {
public:
    explicit Inside(const autossh::UniqueFd& network);
    ~Inside();
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

private:
    autossh::UniqueFd before_;
};

/// Two machines, each a network namespace with a default route, and the relay between them. Made of nothing
/// that outlives its process.
class Network {
public:
    static constexpr const char* server_address = "198.51.100.1";

    Network();

    const autossh::UniqueFd& client() const { return client_; }
    const autossh::UniqueFd& server() const { return server_; }
    Relay& relay() { return *relay_; }

    /// Of the client. The default route goes with the link, and comes back with it.
    void set_link(bool is_up) const;
    /// The client's old address goes, and another one comes.
    void change_client_address() const;

private:
    autossh::UniqueFd client_;
    autossh::UniqueFd server_;
    std::optional<Relay> relay_;
};

}  // namespace autossh_test::outage
