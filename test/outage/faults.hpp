#pragma once

#include "outage/lab.hpp"
#include "outage/supervisor.hpp"
#include "outage/watch.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace autossh_test::outage {

struct Scene {
    Lab& lab;
    const Supervisor& supervisor;
    Watch& watch;
};

/// Something that breaks a tunnel, or must not.
struct Fault {
    /// What cannot work while it lasts.
    enum class Breaks { both, remote, nothing };
    enum class Restart { allowed, is_false };

    std::string name;
    std::chrono::seconds length{};
    std::chrono::seconds short_length{};                                   ///< as a test
    void (*inflict)(Scene& scene, std::chrono::seconds length) = nullptr;  ///< returns when it is over
    Breaks breaks = Breaks::both;
    Restart restart = Restart::allowed;
    std::chrono::seconds age{};  ///< of the tunnel when it comes; not as a test
    Configuration configuration = {};
    Configuration short_configuration = {};
    /// The server still has the old session: -R cannot come back before it has ended.
    bool leaves_session = false;
    bool session_stays = false;  ///< for good
    bool hits_monitor = false;   ///< means nothing without one
};

const std::vector<Fault>& faults();
/// nullptr: there is none of this name.
const Fault* find_fault(const std::string& name);

}  // namespace autossh_test::outage
