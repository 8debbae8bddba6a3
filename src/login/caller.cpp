#include "autossh/login/caller.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <sys/socket.h>

namespace autossh {

Caller::Caller(const Executor& executor, UniqueFd socket, std::function<void()> on_gone)
    : socket_(executor, socket.release()), readable_(socket_, [this] { read_message(); }),
      answered_(executor), on_gone_(std::move(on_gone))
{
    readable_.start();
}

/// An answer comes as a whole: nothing is waited for here.
void Caller::read_message()
{
    char first = 0;
    if (::recv(socket_.native_handle(), &first, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN)
        return;  // woken for nothing
    const auto header = receive_header(socket_.native_handle());
    if (!header) {  // its process has ended
        hang_up();
        on_gone_();
        return;
    }
    std::optional<Secret> typed = receive(*header);
    if (asking_ && header->question == question_) {
        asking_ = false;
        answer_ = std::move(typed);
        answered_.notify();
    }
}

/// Nothing: it is no answer, or there is no memory that is fit for one.
std::optional<Secret> Caller::receive(const CallerMessageHeader& header)
{
    const int socket = socket_.native_handle();
    if (header.message == CallerMessage::answer) {
        try {
            Secret typed;
            typed.keep_from_children();
            typed.set_size(receive_body(socket, header, typed.room()));
            return typed;
        } catch (const std::system_error& error) {
            tell(fmt::format("autossh: {}\n", error.what()));
        }
    }
    receive_body(socket, header, {});
    return std::nullopt;
}

Awaitable<std::optional<Secret>> Caller::ask(std::string prompt, bool hidden)
{
    if (!is_there() || asking_)
        co_return std::nullopt;
    asking_ = true;
    answer_.reset();
    const std::uint32_t question = ++question_;
    send_message(socket_.native_handle(), hidden ? CallerMessage::ask_hidden : CallerMessage::ask, prompt,
                 question);
    while (asking_ && question == question_ && is_there())
        co_await answered_.wait_until(never);
    if (question != question_)
        co_return std::nullopt;
    co_return std::exchange(answer_, std::nullopt);
}

void Caller::cancel()
{
    if (!std::exchange(asking_, false))
        return;
    send_message(socket_.native_handle(), CallerMessage::cancel);
    answered_.notify();
}

void Caller::tell(std::string_view line)
{
    if (is_there())
        send_message(socket_.native_handle(), CallerMessage::text, line);
}

void Caller::release()
{
    if (!is_there())
        return;
    const bool was_there = send_message(socket_.native_handle(), CallerMessage::release);
    hang_up();
    if (!was_there)
        on_gone_();
}

void Caller::hang_up()
{
    boost::system::error_code ignored;
    socket_.close(ignored);
    asking_ = false;
    answered_.notify();
}

}  // namespace autossh
