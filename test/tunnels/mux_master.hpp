#pragma once

#include "autossh/ssh/mux_client.hpp"
#include "e2e/support/sshd.hpp"
#include "support/process/process.hpp"

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace autossh_test {

/// A real ssh that is a multiplexing master, and a client of ours to it.
class MuxMaster {
public:
    enum class Version {
        ours,   ///< of this machine
        newer,  ///< of Debian 13
    };
    static std::vector<Version> versions();  ///< that are here

    /// `words`: options, then the destination "server", then a command. Returns when it listens.
    MuxMaster(const Sshd& sshd, Version version, const std::vector<std::string>& words,
              const autossh::MuxLimits& limits = generous_limits);

    autossh::MuxAnswer alive() { return wait(client_.alive()); }
    autossh::MuxAnswer open(const autossh::ConfiguredForward& forward) { return wait(client_.open(forward)); }
    autossh::MuxAnswer close(const autossh::ConfiguredForward& forward)
    {
        return wait(client_.close(forward));
    }
    autossh::MuxAnswer ask_again(const autossh::ConfiguredForward& forward)
    {
        return wait(client_.ask_again(forward));
    }
    autossh::MuxAnswer stop_listening() { return wait(client_.stop_listening()); }
    autossh::MuxAnswer terminate() { return wait(client_.terminate()); }
    autossh::MuxAnswer wait(autossh::Awaitable<autossh::MuxAnswer> awaited);

    boost::asio::io_context& io() { return io_; }
    const std::string& path() const { return path_; }
    const Process& ssh() const { return *ssh_; }
    std::string log() const { return read_file(directory_ / "log"); }

    static constexpr autossh::MuxLimits generous_limits{generous, generous};

private:
    TemporaryDirectory outer_;
    std::filesystem::path directory_;
    std::string path_;
    boost::asio::io_context io_{1};
    std::optional<Process> ssh_;
    autossh::MuxClient client_;
};

}  // namespace autossh_test
