#include "autossh/program/service_manager.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/core.h>
#include <sys/socket.h>

namespace autossh {

namespace {

/// How old the words of a state may be: they say for how long it has lasted.
constexpr Duration refreshed = std::chrono::seconds(30);

/// Its queue is full: soon again. But it may be gone for good.
constexpr Duration soon = std::chrono::milliseconds(100);

constexpr const char* variables[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"};

std::int64_t monotonic_microseconds()
{
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

}  // namespace

ServiceTerms ServiceTerms::read(const Environment& environment, pid_t pid)
{
    ServiceTerms terms;
    terms.socket = environment("NOTIFY_SOCKET").value_or("");
    const auto meant_for = environment("WATCHDOG_PID");
    const auto interval = parse_integer(environment("WATCHDOG_USEC").value_or(""));
    terms.main_process = environment("SYSTEMD_EXEC_PID") == std::to_string(pid);
    const bool is_ours = !meant_for || parse_integer(*meant_for) == pid;
    if (terms.wants_to_hear() && is_ours && interval && *interval > 0)
        terms.watchdog =
            std::max(Duration(2), std::chrono::duration_cast<Duration>(std::chrono::microseconds(*interval)));
    return terms;
}

bool is_supervised(const Environment& environment, pid_t pid, pid_t parent, std::string_view parent_name)
{
    constexpr std::array<std::string_view, 5> supervisors{"runsv", "s6-supervise", "supervise",
                                                          "supervise-daemo", "dinit"};
    const auto has = [&](std::string_view name) { return environment(name).has_value(); };
    const std::string meant = environment("SYSTEMD_EXEC_PID").value_or(std::to_string(pid));
    const bool by_systemd =
        has("INVOCATION_ID") && (meant == std::to_string(pid) || meant == std::to_string(parent));
    const std::string launchd = environment("XPC_SERVICE_NAME").value_or("0");  // "0": no service
    return pid == 1 || by_systemd || has("NOTIFY_SOCKET") || has("SUPERVISOR_ENABLED") ||
           (!launchd.empty() && launchd != "0") ||
           std::ranges::find(supervisors, parent_name) != supervisors.end();
}

void forget_service_terms()
{
    for (const char* const variable : variables)
        ::unsetenv(variable);
}

NotifySocket::NotifySocket(const std::string& name) : address_(UnixAddress::of_name(name))
{
    if (address_)
        socket_ = open_socket(AF_UNIX, SOCK_DGRAM);
}

bool NotifySocket::send(const std::string& message)
{
    if (!address_)
        return true;
    if (!socket_)
        socket_ = open_socket(AF_UNIX, SOCK_DGRAM);
    return socket_ && ::sendto(socket_.get(), message.data(), message.size(), MSG_NOSIGNAL, address_->get(),
                               address_->size()) == static_cast<ssize_t>(message.size());
}

ServiceManager::ServiceManager(const Executor& executor, ServiceTerms terms,
                               std::function<ServiceState()> state)
    : terms_(std::move(terms)), socket_(terms_.socket), next_retry_(soon), state_(std::move(state)),
      next_(executor, [this] { tell(); })
{
    if (terms_.wants_to_hear() && terms_.watchdog)
        tell_again_in(*terms_.watchdog / 2);
}

void ServiceManager::tell()
{
    if (!terms_.wants_to_hear())
        return;
    const ServiceState state = state_();
    was_ready_ = was_ready_ || state.is_ready;
    std::string message = fmt::format("STATUS={}", state.words);
    if (stopping_)
        message += "\nSTOPPING=1";
    else if (was_ready_)  // once would do; but with -f the first may come before we are known as the main
                          // process
        message += "\nREADY=1";
    if (terms_.watchdog)
        message += "\nWATCHDOG=1";
    const Duration regular = std::min(refreshed, terms_.watchdog.value_or(refreshed * 2) / 2);
    if (socket_.send(message)) {
        next_retry_ = soon;
        tell_again_in(regular);
    } else {
        tell_again_in(std::min(regular, std::exchange(next_retry_, std::min(next_retry_ * 2, refreshed))));
    }
}

/// Also the sign of life: it comes from the event loop that all else depends on.
void ServiceManager::tell_again_in(Duration wait)
{
    next_.set_after(wait);
}

void ServiceManager::tell_reloaded()
{
    // Before the first READY=1 there is nothing to reload, and READY=1 would end the start.
    if (!terms_.wants_to_hear() || stopping_ || !was_ready_)
        return;
    socket_.send(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_microseconds()));
    tell();
}

void ServiceManager::tell_stopping()
{
    stopping_ = true;
    tell();
}

}  // namespace autossh
