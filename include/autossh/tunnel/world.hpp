// What all tunnels of a process share.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/login/ask_socket.hpp"
#include "autossh/ssh/version.hpp"
#include "autossh/system/child.hpp"
#include "autossh/system/machine.hpp"
#include "autossh/system/private_place.hpp"
#include "autossh/system/reaper.hpp"
#include "autossh/tunnel/gate.hpp"
#include "autossh/tunnel/starts.hpp"

#include <cstddef>

#include <fcntl.h>

namespace autossh {

/// One in a process, before its tunnels and longer than them. Of one tunnel it holds the same.
class World {
public:
    /// Each is a process that reads files, and may look names up.
    static constexpr std::size_t most_inquiries = 8;

    /// `tunnels`: how many there will be.
    World(const Executor& executor, const InheritedSignals& inherited, std::size_t tunnels = 1)
        : reaper_(executor), process{executor, inherited, reaper_},
          versions(inherited, version_patience_in_between), machine(executor), questions(executor),
          starts(executor, {}), nothing(tunnels > 1 ? ::open("/dev/null", O_RDWR | O_CLOEXEC) : -1),
          tunnels_(tunnels)
    {}
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// One tunnel has the terminal, and whatever becomes our child is its ssh's.
    bool has_one_tunnel() const { return tunnels_ == 1; }
    /// After a change of the network many tunnels do not test their connections all at once.
    Duration spread_of_tests() const { return tunnels_ > 1 ? std::chrono::seconds(1) : Duration::zero(); }

private:
    Reaper reaper_;

public:
    ProcessContext process;
    SshVersions versions;
    Machine machine;
    PrivatePlace place;
    AskSocket questions;
    Starts starts;
    Gate inquiries{most_inquiries};
    std::size_t marks = 0;  ///< of tunnels' processes, given by now; none is given again
    UniqueFd nothing;       ///< /dev/null, where there are several: what their ssh read

private:
    std::size_t tunnels_;
};

}  // namespace autossh
