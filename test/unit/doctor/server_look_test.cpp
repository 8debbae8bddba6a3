#include "autossh/doctor/looks.hpp"

#include "autossh/base/unique_fd.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

using namespace autossh;

namespace {

/// On loopback, at a port of its own.
class Listener {
public:
    Listener() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(socket_.get(), 8) == 0);
        REQUIRE(::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
    }

    int port() const { return port_; }

    /// Nothing: nobody comes.
    UniqueFd client() const
    {
        pollfd one{socket_.get(), POLLIN, 0};
        return UniqueFd(::poll(&one, 1, 60'000) > 0 ? ::accept(socket_.get(), nullptr, nullptr) : -1);
    }

private:
    UniqueFd socket_;
    int port_ = 0;
};

}  // namespace

TEST_CASE("Doctor: servers are looked at side by side, as each may take its time")
{
    const std::vector<Listener> servers(5);
    std::vector<SshConfig> configs;
    for (const Listener& server : servers)
        configs.push_back(SshConfig::parse(fmt::format("hostname 127.0.0.1\nuser me\nport {}\n"
                                                       "serveraliveinterval 0\nserveralivecountmax 3\n",
                                                       server.port()))
                              .value());
    std::vector<const SshConfig*> all;
    for (const SshConfig& config : configs)
        all.push_back(&config);
    // None says a word before all are asked.
    std::thread answers([&] {
        std::vector<UniqueFd> clients;
        for (const Listener& server : servers)
            clients.push_back(server.client());
        constexpr std::string_view greeting = "SSH-2.0-here\r\n";
        for (const UniqueFd& client : clients)
            static_cast<void>(::send(client.get(), greeting.data(), greeting.size(), MSG_NOSIGNAL));
    });
    const std::vector<ServerLook> looks = look_at_servers(all);
    answers.join();
    REQUIRE(looks.size() == servers.size());
    for (std::size_t i = 0; i < looks.size(); ++i) {
        CHECK(looks[i].reach == ServerLook::Reach::answers);
        CHECK(looks[i].port == std::to_string(servers[i].port()));
        CHECK(looks[i].greeting == "SSH-2.0-here");
    }
    CHECK(look_at_servers({}).empty());
}
