#include "autossh/ssh/agent_question.hpp"

#include "autossh/base/socket_address.hpp"

#include <array>
#include <string_view>

#include <sys/socket.h>

namespace autossh {

namespace {

constexpr std::size_t longest_answer = 256 * 1024;  // OpenSSH's own limit

/// SSH_AGENTC_REQUEST_IDENTITIES, with its length in front.
constexpr std::string_view request_identities("\0\0\0\1\13", 5);

/// Of the message that begins there, its length field included; 0: that has not come yet.
std::size_t size_of_message(std::string_view bytes)
{
    if (bytes.size() < 4)
        return 0;
    std::size_t size = 0;
    for (const char byte : bytes.substr(0, 4))
        size = size << 8 | static_cast<unsigned char>(byte);
    return size + 4;
}

}  // namespace

AgentQuestion::AgentQuestion(const std::string& socket_path)
    : socket_(socket_path.empty() ? UniqueFd() : connect_to_socket(socket_path))
{
    const auto size = static_cast<ssize_t>(request_identities.size());
    if (socket_ &&
        ::send(socket_.get(), request_identities.data(), request_identities.size(), MSG_NOSIGNAL) != size)
        socket_.reset();
}

std::optional<std::string> AgentQuestion::answer()
{
    std::array<char, 4096> part;
    while (socket_ && received_.size() < longest_answer) {
        const ssize_t size = ::recv(socket_.get(), part.data(), part.size(), 0);
        if (size <= 0)
            break;
        received_.append(part.data(), static_cast<std::size_t>(size));
    }
    const std::size_t size = size_of_message(received_);
    if (size == 0 || received_.size() < size)
        return std::nullopt;
    socket_.reset();
    return received_.substr(0, size);
}

}  // namespace autossh
