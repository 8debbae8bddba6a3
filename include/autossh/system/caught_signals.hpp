// Signals that must not end or stop us before something has been put in order.
#pragma once

#include "autossh/base/descriptors.hpp"

#include <vector>

#include <signal.h>

namespace autossh {

/// Catches those that end or stop a process for its life, without SA_RESTART: they interrupt what we wait in.
/// What is ignored stays so. One object at a time: a handler knows of nothing but a global.
class CaughtSignals {
public:
    /// Throws std::system_error.
    CaughtSignals();
    ~CaughtSignals() { put_back(); }
    CaughtSignals(const CaughtSignals&) = delete;
    CaughtSignals& operator=(const CaughtSignals&) = delete;

    /// Readable when one has come.
    int fd() const { return report_.read_end.get(); }
    bool any();

    /// Puts the handlers back and lets them have what has come. True: we were stopped, or somebody else may
    /// have used the terminal.
    bool raise_again();

private:
    struct Handled {
        int number;
        struct sigaction before;
    };

    void handle(int number);
    void put_back();
    void collect();

    Pipe report_;
    std::vector<Handled> handled_;
    std::vector<int> caught_;  ///< each once, the latest last
};

}  // namespace autossh
