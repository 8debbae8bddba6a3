// What --check finds where a supervisor runs.
#pragma once

#include "autossh/base/socket_address.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/rules/status_report.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace autossh_test {

/// A supervisor's directory with a socket that gives one answer.
class Supervisor {
public:
    enum class Manner { answers, is_stopped, is_dead };

    Supervisor(const std::string& place, std::string answer, Manner manner = Manner::answers,
               pid_t pid = getpid())
        : path_(place + "/auto-ssh." + std::to_string(pid) + ".abcdef"), answer_(std::move(answer))
    {
        std::filesystem::create_directory(path_);
        const auto address = autossh::UnixAddress::of_path(path_ + "/status");
        listener_ = autossh::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(::bind(listener_.get(), address->get(), address->size()) == 0);
        if (manner != Manner::is_dead)
            REQUIRE(::listen(listener_.get(), 5) == 0);
        if (manner == Manner::answers)
            thread_ = std::thread([this] {
                const autossh::UniqueFd client(::accept(listener_.get(), nullptr, nullptr));
                static_cast<void>(::send(client.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL));
            });
    }
    ~Supervisor()
    {
        ::shutdown(listener_.get(), SHUT_RDWR);  // one who was not asked
        if (thread_.joinable())
            thread_.join();
    }
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

private:
    std::string path_;
    std::string answer_;
    autossh::UniqueFd listener_;
    std::thread thread_;
};

inline std::string report(const std::string& name, autossh::Health health, const std::string& words)
{
    return autossh::to_text({.name = name, .pid = getpid(), .health = health, .words = words});
}

}  // namespace autossh_test
