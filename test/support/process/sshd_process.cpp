#include "support/process/sshd_process.hpp"

#include "support/process/process_table.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <stdexcept>

namespace autossh_test {

void SshdProcess::start(const ProcessOptions& options)
{
    listener_.emplace(options);
    const bool listens = wait_until([&] {
        return listener_->errors().find("Server listening") != std::string::npos || listener_->exit_result();
    });
    if (!listens || listener_->exit_result())
        throw std::runtime_error("sshd does not start: " + listener_->errors());
}

void SshdProcess::stop()
{
    if (!listener_)
        return;
    listener_->signal(SIGSTOP);  // so that it takes no new connection meanwhile
    wait_until([&] {
        signal_sessions(SIGKILL);
        return sessions().empty();
    });
    listener_.reset();
}

std::vector<pid_t> SshdProcess::sessions() const
{
    std::vector<pid_t> found;
    if (listener_)
        for (const auto& entry : listener_->family())
            if (entry.pid != listener_->pid())
                found.push_back(entry.pid);
    return found;
}

std::string SshdProcess::log() const
{
    return listener_ ? listener_->errors() : std::string();
}

void SshdProcess::signal_sessions(int number) const
{
    for (const pid_t pid : sessions())
        process_table::send(pid, number);
}

void SshdProcess::signal_all(int number) const
{
    if (listener_)
        listener_->signal(number);
    signal_sessions(number);
}

}  // namespace autossh_test
