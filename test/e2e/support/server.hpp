#pragma once

#include "support/waiting.hpp"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace autossh_test {

/// A TCP server on 127.0.0.1, for the far end of a tunnel. Lives in a thread of the test.
class Server {
public:
    enum class Manner {
        echo,          ///< gives back every byte
        banner,        ///< says banner_text and closes
        silent,        ///< takes connections and says nothing
        half_an_sshd,  ///< says who it is, as sshd does, and then nothing
        closes,        ///< at once, without a word
        resets,        ///< the same, by a reset
        goodbye,       ///< says who it is and a reason to disconnect, without a key, and sends no more
    };
    static constexpr const char* banner_text = "a banner\n";
    static constexpr const char* sshd_name = "SSH-2.0-OpenSSH_9.2\r\n";

    /// On a free port, or on the given one.
    explicit Server(Manner manner = Manner::echo, unsigned short port = 0);
    /// Manner::goodbye, with this reason.
    explicit Server(std::string reason);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    unsigned short port() const { return port_; }
    int connections() const { return connections_; }  ///< so far

private:
    void serve();
    bool answer(int socket) const;
    void accept_one(std::vector<int>& open);

    Server(Manner manner, unsigned short port, std::string words);

    Manner manner_;
    std::string words_;  ///< to whoever connects
    unsigned short port_ = 0;
    int listener_ = -1;
    int wake_[2] = {-1, -1};
    std::atomic<int> connections_{0};
    std::thread thread_;
};

/// What comes back on a new connection to 127.0.0.1:port: as many bytes as `text` has, or fewer when
/// the time is up or the connection ends.
std::string exchange(unsigned short port, const std::string& text,
                     std::chrono::milliseconds time_limit = std::chrono::seconds{3});

/// A connection to 127.0.0.1:port that stays open.
class OpenConnection {
public:
    explicit OpenConnection(unsigned short port,
                            std::chrono::milliseconds time_limit = std::chrono::seconds{3});
    ~OpenConnection();
    OpenConnection(const OpenConnection&) = delete;
    OpenConnection& operator=(const OpenConnection&) = delete;

    /// What comes back, as exchange() says.
    std::string exchange(const std::string& text) const;

private:
    int socket_;
    bool open_;
};

/// Waits until the port leads to an echo server, for short and long texts.
bool carries_bytes(unsigned short port, std::chrono::milliseconds deadline = generous);

}  // namespace autossh_test
