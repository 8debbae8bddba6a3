#pragma once

#include "autossh/base/unique_fd.hpp"

#include <functional>
#include <string>
#include <sys/types.h>

namespace autossh_test::outage {

/// A piece of work in a process of its own, in namespaces of its own for processes, mounts and the network,
/// with /run and $TMPDIR in memory. The work is process 1 there, so nothing that it starts outlives it; and
/// it does not outlive the program that asked for it, however that ends.
class Isolated {
public:
    using Work = std::function<std::string()>;

    /// Starts it. Its caller has one thread.
    explicit Isolated(const Work& work);
    ~Isolated();
    Isolated(const Isolated&) = delete;
    Isolated& operator=(const Isolated&) = delete;

    /// What the work returned. Waits for it; throws std::runtime_error with what the work threw.
    std::string result();
    /// Becomes readable with the result.
    int descriptor() const { return reading_.get(); }

private:
    autossh::UniqueFd reading_;
    pid_t keeper_ = 0;
};

}  // namespace autossh_test::outage
