#pragma once

#include <filesystem>
#include <thread>

/// Stands for ssh and its server: listens on DIR/out, and what is said there comes out of a connection made
/// to DIR/in. When it has gone the socket DIR/out is still there, as after a killed ssh.
class Relay {
public:
    enum class Manner {
        faithful,
        garbling,   ///< other bytes, as many
        mute,       ///< connects, and passes nothing on
        silent,     ///< accepts, and never connects
        closing,    ///< connects, and closes both at once
        strangers,  ///< one who talks and one who does not come first
    };

    Relay(const std::filesystem::path& directory, Manner manner);
    ~Relay();
    Relay(const Relay&) = delete;
    Relay& operator=(const Relay&) = delete;

private:
    void serve() const;
    void converse(int client) const;
    bool pass_on(int from, int to) const;
    int connect_back() const;

    std::filesystem::path directory_;
    Manner manner_;
    int listener_;
    int stop_[2];
    std::thread thread_;
};
