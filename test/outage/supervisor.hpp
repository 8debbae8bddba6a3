#pragma once

#include "outage/contestants.hpp"
#include "outage/lab.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace autossh_test::outage {

/// A contestant that runs in the lab's client.
class Supervisor {
public:
    Supervisor(const Contestant& contestant, Lab& lab);

    const Contestant& contestant() const { return contestant_; }
    const Process& process() const { return *process_; }

    /// How often it has started ssh.
    int starts() const;
    /// The ssh of the tunnel; 0: there is none now.
    pid_t ssh() const;
    void signal_ssh(int number) const;

    /// What it has logged and what ssh has said.
    std::string log() const;

private:
    TemporaryDirectory directory_;
    const Contestant& contestant_;
    std::optional<Process> process_;
};

}  // namespace autossh_test::outage
