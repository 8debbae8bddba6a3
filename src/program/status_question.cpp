#include "autossh/program/status_question.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/program/status_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>

namespace autossh {

namespace {

/// 1,000 tunnels.
constexpr std::size_t longest_answer = 512UL * 1024;
constexpr Duration as_quick = std::chrono::milliseconds(20);

/// One question that has been put.
struct Question {
    StatusAnswer answer;
    UniqueFd socket;  ///< empty: the answer is there, or none will come
    std::string text;
};

bool is_who_it_should_be(int socket, const PrivateDirectory::Found& asked)
{
    if (!system_tells_peers())
        return true;
    const auto peer = peer_of_socket(socket);
    return peer && peer->pid == asked.pid && peer->uid == asked.owner;
}

Question put(const PrivateDirectory::Found& asked)
{
    Question question;
    question.answer.asked = asked;
    question.answer.error = asked.error;
    if (asked.error != 0)
        return question;
    question.socket = connect_to_socket(fmt::format("{}/{}", asked.path, StatusSocket::name));
    question.answer.error = ETIMEDOUT;
    if (!question.socket && errno != EAGAIN)  // that is a full queue: nobody takes questions
        question.answer.error = errno;
    if (question.socket && !is_who_it_should_be(question.socket.get(), asked)) {
        question.answer.error = EPERM;
        question.socket.reset();
    }
    return question;
}

/// Takes in what has come.
void listen(Question& question)
{
    std::array<char, 1024> part;
    const ssize_t size = ::recv(question.socket.get(), part.data(), part.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (size > 0 && question.text.size() < longest_answer) {
        question.text.append(part.data(), static_cast<std::size_t>(size));
        return;
    }
    question.socket.reset();
    std::string_view text = question.text;
    question.answer.report = take_status_report(text);
    while (auto member = take_status_report(text))
        question.answer.members.push_back(std::move(*member));
    question.answer.error = question.answer.report ? 0 : EPROTO;
}

/// Waits until one of them says something. False: nobody has, or all have said what they had to.
bool wait_for_any(std::vector<Question>& questions, Duration limit)
{
    std::vector<pollfd> sockets;
    for (const Question& question : questions)
        sockets.push_back({question.socket ? question.socket.get() : -1, POLLIN, 0});
    const bool open = std::ranges::any_of(sockets, [](const pollfd& socket) { return socket.fd >= 0; });
    int ready = 0;
    if (open && limit > Duration::zero())
        ready = ::poll(sockets.data(), static_cast<nfds_t>(sockets.size()), static_cast<int>(limit.count()));
    for (std::size_t i = 0; ready > 0 && i < sockets.size(); ++i)
        if (sockets[i].revents != 0)
            listen(questions[i]);
    return ready > 0 || (ready < 0 && errno == EINTR);
}

}  // namespace

bool StatusAnswer::nobody_is_there() const
{
    return error == ECONNREFUSED || error == ENOENT || error == ENOTDIR || error == EPERM;
}

std::vector<StatusAnswer> ask_for_status(const std::vector<PrivateDirectory::Found>& directories,
                                         Duration limit,
                                         const std::function<bool(const StatusAnswer&)>& enough)
{
    std::vector<Question> questions;
    std::ranges::transform(directories, std::back_inserter(questions), put);
    Time deadline = Clock::now() + limit;
    const auto is_enough = [&](const Question& question) {
        return question.answer.report && enough(question.answer);
    };
    while (wait_for_any(questions, std::chrono::ceil<Duration>(deadline - Clock::now())))
        if (std::ranges::any_of(questions, is_enough))
            deadline = std::min(deadline, Clock::now() + as_quick);
    std::vector<StatusAnswer> answers;
    for (Question& question : questions)
        answers.push_back(std::move(question.answer));
    return answers;
}

}  // namespace autossh
