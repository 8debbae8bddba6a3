#include "autossh/program/metrics_client.hpp"

#include "autossh/base/descriptors.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

namespace autossh {

namespace {

/// What a client may still send when it has its answer: a socket that is closed with bytes unread resets the
/// connection, and the answer could be lost.
constexpr std::size_t most_passed_over = 65'536;

}  // namespace

MetricsClient::MetricsClient(StreamSocket socket, Time ends_at, const Host& host)
    : socket_(std::move(socket)), ends_at_(ends_at), host_(host)
{}

void MetricsClient::proceed()
{
    while (!has_ended()) {
        const bool sends = step_ == Step::is_answered;
        if (sends ? send() : read())
            continue;
        if (!has_ended())
            wait(sends ? StreamSocket::wait_write : StreamSocket::wait_read);
        return;
    }
}

/// False: there is nothing now, or it has gone.
bool MetricsClient::read()
{
    std::array<char, 1024> bytes;
    const ssize_t size = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (size <= 0) {
        end();
        return false;
    }
    if (step_ == Step::goes) {
        passed_over_ += static_cast<std::size_t>(size);
        if (passed_over_ > most_passed_over)
            end();
        return !has_ended();
    }
    input_.append(bytes.data(), static_cast<std::size_t>(size));
    const MetricsRequest request = metrics_request(input_);
    if (request == MetricsRequest::incomplete)
        return true;
    answer_ = host_.answer(request);
    if (asks_for_head(input_)) {
        answer_.head.resize(answer_.head.find("\r\n\r\n") + 4);
        answer_.body.reset();
    }
    input_ = {};
    step_ = Step::is_answered;
    return true;
}

/// False: not all of it, or it has gone.
bool MetricsClient::send()
{
    if (!send_from(answer_.head, 0))
        return false;
    if (answer_.body && !send_from(*answer_.body, answer_.head.size()))
        return false;
    answer_ = {};
    step_ = Step::goes;
    ::shutdown(socket_.native_handle(), SHUT_WR);
    return true;
}

/// `before`: bytes of the answer before `text`.
bool MetricsClient::send_from(std::string_view text, std::size_t before)
{
    if (sent_ >= before + text.size())
        return true;
    std::string_view rest = text.substr(sent_ - before);
    const Sending sending = send_now(socket_.native_handle(), rest);
    sent_ = before + text.size() - rest.size();
    if (sending == Sending::ended)
        end();
    return sending == Sending::done;
}

void MetricsClient::wait(StreamSocket::wait_type what)
{
    socket_.async_wait(what, lifetime_.guarded([this](const boost::system::error_code& error) {
        if (!error)
            proceed();
    }));
}

void MetricsClient::end()
{
    if (has_ended())
        return;
    boost::system::error_code ignored;
    socket_.close(ignored);
    host_.on_end();
}

}  // namespace autossh
