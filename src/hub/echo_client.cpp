#include "autossh/hub/echo_client.hpp"

#include "autossh/base/descriptors.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <sys/socket.h>

namespace autossh {

EchoClient::EchoClient(StreamSocket socket, std::optional<uid_t> account, Time ends_at, const Host& host)
    : socket_(std::move(socket)), account_(account), ends_at_(ends_at), host_(host)
{}

/// Sends what is there before it reads on: it never keeps more than one piece.
void EchoClient::proceed()
{
    while (!has_ended()) {
        if (!send()) {
            if (!has_ended())
                wait(StreamSocket::wait_write);
            return;
        }
        if (input_has_ended_)
            return end();
        if (!read()) {
            if (!has_ended())
                wait(StreamSocket::wait_read);
            return;
        }
    }
}

/// False: there is nothing now.
bool EchoClient::read()
{
    std::array<char, longest> bytes;
    const ssize_t size = ::recv(socket_.native_handle(), bytes.data(), longest - taken_, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (size < 0) {
        end();
        return false;
    }
    taken_ += static_cast<std::size_t>(size);
    input_has_ended_ = size == 0 || taken_ == longest;
    const std::string_view piece(bytes.data(), static_cast<std::size_t>(size));
    unsent_ = piece;
    if (const auto beat = reader_.take(piece))
        host_.on_beat(*this, *beat);
    return true;
}

/// False: not all of it, or it has gone.
bool EchoClient::send()
{
    std::string_view rest = unsent_;
    const Sending sending = send_now(socket_.native_handle(), rest);
    if (sending == Sending::done) {
        unsent_ = {};
        return true;
    }
    unsent_.erase(0, unsent_.size() - rest.size());
    if (sending == Sending::ended)
        end();
    return false;
}

void EchoClient::wait(StreamSocket::wait_type what)
{
    socket_.async_wait(what, lifetime_.guarded([this](const boost::system::error_code& error) {
        if (!error)
            proceed();
    }));
}

void EchoClient::end()
{
    if (has_ended())
        return;
    boost::system::error_code ignored;
    socket_.close(ignored);
    host_.on_end(*this);
}

}  // namespace autossh
