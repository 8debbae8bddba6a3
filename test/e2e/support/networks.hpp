#pragma once

#include "support/machine/network_namespace.hpp"

#include <functional>
#include <optional>
#include <string>

namespace autossh_test {

/// Two networks with a cable between them: that of the client, and one more for the server.
class Networks {
public:
    static constexpr const char* client_address = "192.0.2.2";
    static constexpr const char* server_address = "192.0.2.1";

    /// Only in the body of in_network_namespace(). The caller is in the client's network.
    Networks();
    ~Networks();
    Networks(const Networks&) = delete;
    Networks& operator=(const Networks&) = delete;

    /// What `body` starts is in the server's network.
    void on_server(const std::function<void()>& body) const;

private:
    int client_;
    int server_ = -1;
};

}  // namespace autossh_test
