#include "autossh/ctl/control_link.hpp"

#include "autossh/base/socket_address.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>

namespace autossh {

namespace {

/// 1,000 tunnels with 64 forwards each are 16 MB.
constexpr std::size_t longest_line = 64UL * 1024 * 1024;

UniqueFd connect_to(const PrivateDirectory::Found& asked)
{
    errno = asked.error;
    UniqueFd socket;
    if (asked.error == 0)
        socket = connect_to_socket(fmt::format("{}/control", asked.path));
    if (!socket && errno == EACCES)
        socket = connect_to_socket(fmt::format("{}/observe", asked.parent));
    return socket;
}

bool is_owner_of(const Peer& peer, const PrivateDirectory::Found& asked)
{
    return asked.error != 0 || (peer.pid == asked.pid && peer.uid == asked.owner);
}

}  // namespace

ControlLink::ControlLink(const PrivateDirectory::Found& asked, const ControlRequest& request)
    : socket_(connect_to(asked)), unsent_(to_line(request))
{
    if (!socket_) {
        error_ = errno == EAGAIN ? ETIMEDOUT : errno;  // a full queue: nobody takes questions
        return;
    }
    const auto peer = peer_of_socket(socket_.get());
    pid_ = peer ? peer->pid : 0;
    if (peer ? !is_owner_of(*peer, asked) : system_tells_peers())
        end(EPERM);
    else
        send_rest();
}

short ControlLink::events() const
{
    return static_cast<short>(unsent_.empty() ? POLLIN : POLLIN | POLLOUT);
}

void ControlLink::end(int error)
{
    socket_.reset();
    error_ = error;
}

void ControlLink::send_rest()
{
    while (socket_ && !unsent_.empty()) {
        const ssize_t sent = ::send(socket_.get(), unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            unsent_.clear();  // what it has said before it went may still be read
        if (sent < 0)
            return;
        unsent_.erase(0, static_cast<std::size_t>(sent));
    }
}

void ControlLink::go_on()
{
    send_rest();
    std::array<char, 65'536> part;
    while (socket_) {
        const ssize_t size = ::recv(socket_.get(), part.data(), part.size(), 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == EAGAIN)
            return;
        if (size <= 0)
            return end(ECONNRESET);
        unread_.append(part.data(), static_cast<std::size_t>(size));
        if (unread_.size() > longest_line && unread_.find('\n') == unread_.npos)
            return end(EPROTO);
        if (static_cast<std::size_t>(size) < part.size() || unread_.size() > longest_line)
            return;
    }
}

std::optional<ControlAnswer> ControlLink::take_answer()
{
    const std::size_t line_end = unread_.find('\n');
    if (line_end == unread_.npos)
        return std::nullopt;
    auto answer = read_answer(std::string_view(unread_).substr(0, line_end));
    unread_.erase(0, line_end + 1);
    if (!answer)
        end(EPROTO);
    return answer;
}

bool wait_for_links(std::span<ControlLink> links, Duration limit)
{
    std::vector<pollfd> waited;
    for (const ControlLink& link : links)
        if (link.fd() >= 0)
            waited.push_back({link.fd(), link.events(), 0});
    const auto milliseconds = std::clamp<std::int64_t>(limit.count(), 0, 24L * 3600 * 1000);
    if (waited.empty() ||
        ::poll(waited.data(), static_cast<nfds_t>(waited.size()), static_cast<int>(milliseconds)) <= 0)
        return false;
    for (ControlLink& link : links)
        if (link.fd() >= 0)
            link.go_on();
    return true;
}

std::vector<LinkAnswer> ask_each(std::span<const LinkQuestion> questions, Duration limit)
{
    std::vector<ControlLink> links;
    std::vector<LinkAnswer> answers(questions.size());
    for (const LinkQuestion& question : questions)
        links.emplace_back(question.asked, question.request);
    const Time deadline = Clock::now() + limit;
    for (std::size_t missing = links.size(); missing > 0;) {
        missing = 0;
        for (std::size_t i = 0; i < links.size(); ++i) {
            if (!answers[i].answer)
                answers[i] = {links[i].take_answer(), 0, links[i].pid()};
            if (!answers[i].answer)
                answers[i].error = links[i].error();
            if (!answers[i].answer && links[i].fd() >= 0)
                ++missing;
        }
        const auto left = std::chrono::ceil<Duration>(deadline - Clock::now());
        if (missing > 0 && (left <= Duration::zero() || !wait_for_links(links, left)) &&
            Clock::now() >= deadline)
            break;
    }
    for (std::size_t i = 0; i < links.size(); ++i)
        if (!answers[i].answer && answers[i].error == 0)
            answers[i].error = ETIMEDOUT;
    return answers;
}

}  // namespace autossh
