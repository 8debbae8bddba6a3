#pragma once

#include "support/process/process.hpp"

#include <functional>
#include <optional>

namespace autossh_test {

/// A process that runs a function instead of a program, step by step with the test. It must not use Catch.
class Forked {
public:
    /// Called in the process: tells the test that it has come to this step, and waits for go_on().
    using Step = std::function<void(char)>;

    /// `body` gives the exit status; 99: it has thrown.
    explicit Forked(const std::function<int(const Step&)>& body);
    ~Forked();
    Forked(const Forked&) = delete;
    Forked& operator=(const Forked&) = delete;

    pid_t pid() const { return pid_; }
    /// Waits for that step. False: another one has come, or the end.
    bool reached(char step) const;
    void go_on() const;
    std::optional<ExitResult> wait_for_exit() const;

private:
    pid_t pid_ = 0;
    int from_process_ = -1;
    int to_process_ = -1;
};

}  // namespace autossh_test
