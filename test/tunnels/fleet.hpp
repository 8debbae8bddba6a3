#pragma once

#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "autossh/tunnel/world.hpp"
#include "support/machine/temporary_directory.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <sys/types.h>

namespace autossh_test {

/// Several tunnels in this process, on one event loop.
class Fleet {
public:
    explicit Fleet(std::size_t tunnels, const std::string& log_level = "info");
    /// Ends all that still run.
    ~Fleet();

    /// `name` stands in its lines of the log. Settings as of the command line `words`.
    autossh::TunnelSettings& add(const std::string& name, const std::vector<std::string>& words);
    /// Over the stand-in for ssh, with a script.
    autossh::TunnelSettings& add_stand_in(const std::string& name, const std::string& script);
    /// After the last add().
    void start();
    void end();

    /// Lets events happen until it is so. False: it has taken too long.
    bool until(const std::function<bool()>& is_so);
    void run_for(std::chrono::milliseconds time);

    std::size_t running() const { return tunnels_->running(); }
    const autossh::Status& status(std::size_t tunnel) const { return members_.at(tunnel).tunnel->status(); }
    /// Of the last ssh of a stand-in; 0: it has started none.
    pid_t ssh_pid(std::size_t tunnel) const { return last_start(tunnel).pid; }
    int starts(std::size_t tunnel) const { return last_start(tunnel).number; }
    /// The lines of one tunnel.
    std::string log_of(const std::string& name) const;
    std::string log() const { return read_file(directory_ / "log"); }

private:
    struct Start {
        int number = 0;
        pid_t pid = 0;
    };
    struct Member {
        std::string name;
        autossh::Settings settings;
        std::filesystem::path directory;
        autossh::LoginHelp help = {};
        std::unique_ptr<autossh::Log> log = nullptr;
        autossh::Tunnel* tunnel = nullptr;
    };

    Start last_start(std::size_t tunnel) const;

    TemporaryDirectory directory_;
    autossh::InheritedSignals inherited_;
    boost::asio::io_context io_{1};
    autossh::Log log_;
    std::deque<Member> members_;
    std::optional<autossh::World> world_;
    std::optional<autossh::Tunnels> tunnels_;
    bool ended_ = false;
};

}  // namespace autossh_test
