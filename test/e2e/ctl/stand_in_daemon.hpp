// A process that answers on a control socket, well or badly, as a test has it.
#pragma once

#include "autossh/base/unique_fd.hpp"
#include "autossh/control/facts.hpp"
#include "autossh/control/request.hpp"
#include "e2e/ctl/ctl_lab.hpp"
#include "support/process/process.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace autossh_test {

/// Listens in a private directory below `place`, in a thread; its pid is that of the test.
class StandInDaemon {
public:
    /// What is sent to a client that has sent a line; it is closed behind it unless that is to be kept open.
    struct Reply {
        std::string text;
        bool stays_open = false;
    };
    using Answer = std::function<Reply(const autossh::ControlRequest&)>;

    StandInDaemon(const std::string& place, const std::string& suffix, Answer answer);
    ~StandInDaemon();
    StandInDaemon(const StandInDaemon&) = delete;
    StandInDaemon& operator=(const StandInDaemon&) = delete;

    /// Those that have come, but for status.
    std::vector<autossh::ControlRequest> orders() const;

private:
    void serve();

    Answer answer_;
    autossh::UniqueFd listener_;
    std::vector<autossh::UniqueFd> kept_;
    mutable std::mutex mutex_;
    std::vector<autossh::ControlRequest> orders_;
    std::thread thread_;
};

/// Names of fleets that no other test has.
std::string lab_name();
std::string other_name();

/// A fleet with these tunnels, all up.
autossh::DaemonFacts fleet_facts(const std::string& name, const std::vector<std::string>& tunnels);

/// What it has printed, once it has ended with this exit status; else the way it has ended, and its stderr.
std::string output_of(const Process& process, int exit_status);

}  // namespace autossh_test
