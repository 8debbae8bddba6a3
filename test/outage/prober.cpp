#include "outage/prober.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <poll.h>
#include <string_view>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test::outage {
namespace {

using autossh::UniqueFd;

constexpr std::string_view question = "a probe\n";

/// Nothing: it has failed at once.
UniqueFd begin_to_connect(unsigned short port)
{
    UniqueFd connection(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!connection)
        throw std::system_error(errno, std::generic_category(), "socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
        connection.reset();
    return connection;
}

bool would_wait()
{
    return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
}

}  // namespace

Prober::Prober(unsigned short port) : port_(port), stop_(eventfd(0, EFD_CLOEXEC))
{
    if (!stop_)
        throw std::system_error(errno, std::generic_category(), "eventfd");
    thread_ = std::thread(&Prober::run, this);
}

Prober::~Prober()
{
    const std::uint64_t one = 1;
    static_cast<void>(!write(stop_.get(), &one, sizeof one));
    thread_.join();
}

std::vector<Probe> Prober::probes() const
{
    const std::lock_guard lock(mutex_);
    return probes_;
}

bool Prober::is_good_for(Clock::duration time) const
{
    const auto since = good_since(probes());
    return since && Clock::now() - *since >= time;
}

void Prober::run()
{
    auto next = Clock::now();
    for (pollfd stop{stop_.get(), POLLIN, 0}; poll(&stop, 1, 0) == 0;) {
        if (Clock::now() >= next) {
            begin();
            next = std::max(next + probe_interval, Clock::now());
        }
        wait(next);
        look_at_all();
    }
}

void Prober::begin()
{
    Asking probe;
    probe.start = Clock::now();
    probe.socket = begin_to_connect(port_);
    if (!probe.socket) {
        decided({probe.start, false});
        return;
    }
    asking_.push_back(std::move(probe));
}

/// Until something happens, or the next one is to begin.
void Prober::wait(Clock::time_point next)
{
    std::vector<pollfd> inputs{{stop_.get(), POLLIN, 0}};
    for (const Asking& probe : asking_)
        inputs.push_back({probe.socket.get(), static_cast<short>(probe.has_asked ? POLLIN : POLLOUT), 0});
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
    poll(inputs.data(), inputs.size(), static_cast<int>(std::max<std::int64_t>(0, left.count())));
}

void Prober::look_at_all()
{
    std::vector<Asking> undecided;
    for (Asking& probe : asking_) {
        const Result result = look_at(probe);
        if (result == Result::undecided)
            undecided.push_back(std::move(probe));
        else
            decided({probe.start, result == Result::good});
    }
    asking_ = std::move(undecided);
}

Prober::Result Prober::look_at(Asking& probe)
{
    if (Clock::now() >= probe.start + probe_limit)
        return Result::bad;
    const int socket = probe.socket.get();
    if (!probe.has_asked) {
        if (send(socket, question.data(), question.size(), MSG_NOSIGNAL) < 0)
            return would_wait() ? Result::undecided : Result::bad;
        probe.has_asked = true;
    }
    std::array<char, 64> answer{};
    const ssize_t size = recv(socket, answer.data(), question.size() - probe.answered, 0);
    if (size < 0)
        return would_wait() ? Result::undecided : Result::bad;
    if (size == 0 || question.substr(probe.answered, static_cast<std::size_t>(size)) !=
                         std::string_view(answer.data(), static_cast<std::size_t>(size)))
        return Result::bad;
    probe.answered += static_cast<std::size_t>(size);
    return probe.answered == question.size() ? Result::good : Result::undecided;
}

void Prober::decided(const Probe& probe)
{
    const std::lock_guard lock(mutex_);
    probes_.push_back(probe);
}

}  // namespace autossh_test::outage
