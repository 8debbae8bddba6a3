#include "autossh/program/control_client.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/control/selection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <poll.h>
#include <sys/socket.h>

namespace autossh {

namespace {

constexpr std::string_view does_not_read = "it does not read what it has asked for";

bool is_meant(const TunnelLabel& tunnel, const std::vector<std::string>& patterns)
{
    return patterns.empty() || !selected(std::span(&tunnel, 1), patterns).names.empty();
}

}  // namespace

ControlClient::ControlClient(StreamSocket socket, ControlTarget& target, ControlAsker asker,
                             std::function<void(ControlClient&, const std::string&)> on_end)
    : socket_(std::move(socket)), target_(target), asker_(std::move(asker)), on_end_(std::move(on_end)),
      patience_(socket_.get_executor(), [this] { end(std::string(does_not_read)); })
{
    boost::system::error_code error;
    socket_.non_blocking(true, error);
}

/// What can be done now; at most one line is answered.
void ControlClient::proceed()
{
    if (has_ended())
        return;
    if (!unsent_.empty() && !send_some())
        return;
    if (take_line()) {
        // At once: what was asked may be our end.
        if (!has_ended() && send_some())
            soon();
        return;
    }
    if (has_ended())
        return;
    if (!input_has_ended_)
        return wait_to_read();
    if (subscriptions_.empty())
        return end();
    wait_for_hang_up();
}

/// Others have their turn first.
void ControlClient::soon()
{
    boost::asio::post(socket_.get_executor(), lifetime_.guarded([this] { proceed(); }));
}

void ControlClient::wait_to_read()
{
    if (std::exchange(is_reading_, true))
        return;
    socket_.async_wait(StreamSocket::wait_read,
                       lifetime_.guarded([this](const boost::system::error_code& error) {
                           is_reading_ = false;
                           if (error || has_ended())
                               return;
                           read();
                           proceed();
                       }));
}

void ControlClient::wait_to_send()
{
    if (std::exchange(is_sending_, true))
        return;
    socket_.async_wait(StreamSocket::wait_write,
                       lifetime_.guarded([this](const boost::system::error_code& error) {
                           is_sending_ = false;
                           if (!error)
                               proceed();
                       }));
}

/// It will say no more, and may listen yet.
void ControlClient::wait_for_hang_up()
{
    if (std::exchange(is_awaiting_end_, true))
        return;
    socket_.async_wait(StreamSocket::wait_error,
                       lifetime_.guarded([this](const boost::system::error_code& error) {
                           if (!error && !has_ended() && is_hung_up())
                               end();
                       }));
    if (is_hung_up())
        end();
}

bool ControlClient::is_hung_up()
{
    pollfd state{socket_.native_handle(), 0, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

void ControlClient::read()
{
    std::array<char, 16 * 1024> bytes;
    const ssize_t size = ::recv(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (size > 0)
        input_.append(bytes.data(), static_cast<std::size_t>(size));
    else if (size == 0 || (errno != EAGAIN && errno != EINTR))
        input_has_ended_ = true;
}

/// Answers the next line. False: there is none.
bool ControlClient::take_line()
{
    const std::size_t size = input_.find('\n');
    if (std::min(size, input_.size()) > longest_request) {
        const ReadRequest read = read_request(std::string_view(input_).substr(0, longest_request + 1));
        unsent_ += error_answer(read.id, read.error);
        static_cast<void>(send_some());
        end(fmt::format("its line is longer than {} bytes", longest_request));
        return false;
    }
    if (size == std::string::npos)
        return false;
    answer(std::string_view(input_).substr(0, size));
    input_.erase(0, size + 1);
    if (input_.empty())
        input_.shrink_to_fit();
    return true;
}

void ControlClient::answer(std::string_view line)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    if (line.empty())
        return;
    const ReadRequest read = read_request(line);
    if (!read.request) {
        unsent_ += error_answer(read.id, read.error);
        return;
    }
    const ControlRequest& request = *read.request;
    const bool listens_on = request.ask == Ask::events || (request.ask == Ask::logs && request.follow);
    if (listens_on && subscriptions_.size() >= most_subscriptions) {
        unsent_ += error_answer(
            request.id, {ErrorCode::not_possible,
                         fmt::format("more than {} requests on one connection that are answered until "
                                     "it is closed",
                                     most_subscriptions)});
        return;
    }
    const Answered answered = answer_to(request, target_, asker_);
    unsent_ += answered.line;
    room_ = most_unsent + unsent_.size() - sent_;
    if (listens_on && answered.is_well)
        subscribe(request);
}

void ControlClient::subscribe(const ControlRequest& request)
{
    subscriptions_.push_back({request.id, request.tunnels, request.ask == Ask::logs});
}

void ControlClient::tell(const TunnelLabel& tunnel, const StateEvent& event)
{
    for (const Subscription& subscription : subscriptions_)
        if (!subscription.is_of_logs && !has_ended() && is_meant(tunnel, subscription.patterns))
            push(event_answer(subscription.id, event));
}

void ControlClient::tell(const TunnelLabel& tunnel, std::string_view log_line)
{
    for (const Subscription& subscription : subscriptions_)
        if (subscription.is_of_logs && !has_ended() && is_meant(tunnel, subscription.patterns))
            push(log_line_answer(subscription.id, {tunnel.name, std::string(log_line)}));
}

/// What it is told without a request of its own.
void ControlClient::push(const std::string& line)
{
    unsent_ += line;
    if (!send_some() && !has_ended() && unsent_.size() - sent_ > room_)
        end(std::string(does_not_read));
}

/// False: not all, or it has gone.
bool ControlClient::send_some()
{
    const std::size_t sent_before = sent_;
    std::string_view rest = std::string_view(unsent_).substr(sent_);
    const Sending sending = send_now(socket_.native_handle(), rest);
    sent_ = unsent_.size() - rest.size();
    if (sending == Sending::later)
        keep_rest(sent_ > sent_before);
    if (sending == Sending::ended)
        end();
    if (sending != Sending::done)
        return false;
    patience_.cancel();
    is_impatient_ = false;
    unsent_ = {};
    sent_ = 0;
    room_ = most_unsent;
    return true;
}

/// `took_some`: of what was left before.
void ControlClient::keep_rest(bool took_some)
{
    if (sent_ > most_unsent) {
        unsent_.erase(0, sent_);
        sent_ = 0;
    }
    const bool is_long = unsent_.size() - sent_ > most_unsent;
    if (is_long && (took_some || !is_impatient_))
        patience_.set_after(longest_silence);
    if (!is_long)
        patience_.cancel();
    is_impatient_ = is_long;
    wait_to_send();
}

void ControlClient::end(const std::string& reason)
{
    if (has_ended())
        return;
    boost::system::error_code error;
    socket_.close(error);
    on_end_(*this, reason);
}

}  // namespace autossh
