// How a process ended.
#pragma once

namespace autossh {

/// ssh(1): "255 if an error occurred", else the status of the remote command.
inline constexpr int ssh_error = 255;

/// condor-ssh(1): the job has left the queue (EX_UNAVAILABLE of sysexits(3)).
inline constexpr int job_is_gone = 69;

/// Either an exit status or the number of the signal that ended the process.
class ExitStatus {
public:
    static constexpr ExitStatus exited(int status) { return {status, false}; }
    static constexpr ExitStatus signalled(int signal) { return {signal, true}; }
    /// From the value that waitpid(2) stores.
    static ExitStatus from_wait(int wait_status);

    /// As a shell has it: 128 + N for the signal N.
    int for_shell() const { return by_signal_ ? 128 + number_ : number_; }

    bool by_signal() const { return by_signal_; }
    int number() const { return number_; }

    bool operator==(const ExitStatus&) const = default;

private:
    constexpr ExitStatus(int number, bool by_signal) : number_(number), by_signal_(by_signal) {}

    int number_;
    bool by_signal_;
};

}  // namespace autossh
