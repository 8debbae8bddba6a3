#include "e2e/ctl/stand_in_daemon.hpp"

#include "autossh/base/socket_address.hpp"
#include "support/catch.hpp"

#include <filesystem>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace autossh_test {

StandInDaemon::StandInDaemon(const std::string& place, const std::string& suffix, Answer answer)
    : answer_(std::move(answer))
{
    const std::string directory = place + "/auto-ssh." + std::to_string(::getpid()) + "." + suffix;
    std::filesystem::create_directory(directory);
    const auto address = autossh::UnixAddress::of_path(directory + "/control");
    listener_ = autossh::UniqueFd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.get(), address->get(), address->size()) == 0);
    REQUIRE(::listen(listener_.get(), 16) == 0);
    if (answer_)
        thread_ = std::thread([this] { serve(); });
}

StandInDaemon::~StandInDaemon()
{
    ::shutdown(listener_.get(), SHUT_RDWR);
    if (thread_.joinable())
        thread_.join();
}

std::vector<autossh::ControlRequest> StandInDaemon::orders() const
{
    const std::lock_guard lock(mutex_);
    return orders_;
}

void StandInDaemon::serve()
{
    for (;;) {
        autossh::UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (!client)
            return;
        std::string line;
        for (char letter = 0; ::read(client.get(), &letter, 1) == 1 && letter != '\n';)
            line += letter;
        const auto read = autossh::read_request(line);
        if (!read.request)
            continue;
        if (read.request->ask != autossh::Ask::status) {
            const std::lock_guard lock(mutex_);
            orders_.push_back(*read.request);
        }
        const Reply reply = answer_(*read.request);
        std::string_view rest = reply.text;
        for (ssize_t sent = 0; !rest.empty(); rest.remove_prefix(static_cast<std::size_t>(sent))) {
            sent = ::send(client.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
            if (sent < 0)
                break;
        }
        if (reply.stays_open)
            kept_.push_back(std::move(client));
    }
}

std::string lab_name()
{
    return "lab-" + std::to_string(::getpid());
}

std::string other_name()
{
    return "other-" + std::to_string(::getpid());
}

autossh::DaemonFacts fleet_facts(const std::string& name, const std::vector<std::string>& tunnels)
{
    autossh::DaemonFacts facts;
    facts.name = name;
    facts.kind = "fleet";
    facts.pid = ::getpid();
    for (const std::string& tunnel : tunnels) {
        autossh::TunnelFacts one;
        one.name = tunnel;
        one.state = "up";
        one.health = "up";
        one.host = "server";
        one.starts = 1;
        one.pid = 1;
        facts.tunnels.push_back(std::move(one));
    }
    return facts;
}

std::string output_of(const Process& process, int exit_status)
{
    const auto result = process.wait_for_exit();
    if (result != exited(exit_status))
        return (result ? result->text() : "it does not end") + ": " + process.output() + process.errors();
    return process.output();
}

}  // namespace autossh_test
