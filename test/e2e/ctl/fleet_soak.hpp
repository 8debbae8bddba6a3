// A fleet of real tunnels that faults and orders come upon at random, and what must be true at its end: every
// tunnel up, the status true, and nothing left over.
#pragma once

#include "autossh/control/facts.hpp"
#include "e2e/ctl/ctl_lab.hpp"
#include "e2e/support/control_connection.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/sshd.hpp"
#include "support/process/process.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh_test {

class FleetSoak {
public:
    struct Size {
        std::size_t tunnels = 50;
        std::chrono::seconds warm_up{60};     ///< of faults, before the first measurement
        std::chrono::seconds duration{1200};  ///< of faults, behind it
        std::chrono::seconds recovery{120};   ///< until every tunnel is up
        unsigned seed = 1;                    ///< of what happens
    };

    explicit FleetSoak(const Size& size);

    /// What went wrong, a line each; empty: nothing.
    std::string run();
    /// What has happened how often, and what the process has had, both times.
    std::string summary() const;
    std::string log() const;

private:
    /// Of the process.
    struct Figures {
        std::size_t descriptors = 0;
        std::size_t children = 0;  ///< also dead ones
        std::size_t folders = 0;   ///< in its private directory
        std::size_t memory = 0;    ///< KiB that are its own
    };

    void write_file_with(const std::string& more) const;
    std::string tunnel(std::size_t number, const std::string& keys) const;
    std::string name_of(std::size_t number) const;
    std::string some_tunnel();
    std::size_t random(std::size_t below);
    pid_t some_ssh();
    void count(const std::string& what) { ++counts_[what]; }
    void disturb(std::chrono::seconds duration);
    void disturb_once();
    void hurt_ssh();
    void hurt_server();
    void give_order();
    void change_file();
    void say_nonsense();
    void ctl(const std::vector<std::string>& words);
    /// Every tunnel is wanted again, and all are up. A complaint, or nothing.
    std::string recover();
    std::optional<autossh::DaemonFacts> facts() const;
    std::string wrong_statuses() const;
    std::string leaks();
    Figures figures() const;
    static std::string in_words(const Figures& figures);

    Size size_;
    std::mt19937 generator_;
    CtlLab lab_;
    Sshd sshd_;
    Server service_;
    std::vector<unsigned short> ports_;
    std::unique_ptr<Process> fleet_;
    std::set<pid_t> stopped_;  ///< sshs
    std::list<ControlConnection> clients_;
    std::map<std::string, int> counts_;
    Figures before_;
    Figures after_;
};

}  // namespace autossh_test
