#include "autossh/login/ask_socket.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/random.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

/// ssh asks one question after the other, and each ssh of a chain of jump hosts may.
constexpr std::size_t most_clients = 16;

constexpr int most_told = 10;

/// An askpass program says what it wants at once.
constexpr std::chrono::seconds time_to_ask(10);

std::string random_token()
{
    std::string token;
    for (int i = 0; i < 8; ++i)
        token += fmt::format("{:08x}", random_number());
    return token;
}

/// While it waits for us, it is there. 0: not known.
pid_t parent_of(const std::optional<Peer>& peer)
{
    if (!peer)
        return 0;
    const auto line = text_of_file(fmt::format("/proc/{}/stat", peer->pid));
    return parent_in_stat(line.value_or("")).value_or(0);
}

}  // namespace

AskSocket::AskSocket(const asio::any_io_executor& executor, Log& log, Answerer answerer)
    : executor_(executor), log_(log), answerer_(std::move(answerer)),
      listener_(executor, [this](StreamProtocol::socket client) { take(std::move(client)); })
{}

const std::string& AskSocket::expect()
{
    ssh_has_ended();
    refused_ = 0;
    token_ = random_token();
    return token_;
}

void AskSocket::ssh_has_ended()
{
    token_.clear();
    ssh_ = 0;
    boost::system::error_code ignored;
    for (const auto& client : std::exchange(clients_, {}))
        client->close(ignored);
}

void AskSocket::take(StreamProtocol::socket client)
{
    const auto peer = peer_of_socket(client.native_handle());
    const std::string reason = reason_to_refuse(peer, errno);
    if (!reason.empty()) {
        tell_refused(reason);
        return;
    }
    const pid_t asker = parent_of(peer);
    clients_.push_back(std::make_shared<StreamProtocol::socket>(std::move(client)));
    asio::co_spawn(executor_, serve(clients_.back(), asker), [](std::exception_ptr error) {
        if (error)
            std::rethrow_exception(error);
    });
}

/// Somebody who asks all the time must not fill the log.
void AskSocket::tell_refused(std::string_view reason)
{
    if (++refused_ <= most_told)
        log_.write(Level::warning, "a question for a secret was refused: {}", reason);
    if (refused_ == most_told)
        log_.write(Level::warning, "others like it will not be told until ssh is started again");
}

/// `error`: why there is no peer. Empty: it may ask.
std::string AskSocket::reason_to_refuse(const std::optional<Peer>& peer, int error) const
{
    if (ssh_ == 0)
        return "no ssh runs";
    if (clients_.size() >= most_clients)
        return "too many at a time";
    if (!system_tells_peers())
        return "";
    if (!peer)
        return fmt::format("the system does not tell who asks ({})", std::generic_category().message(error));
    if (peer->uid != ::geteuid())
        return fmt::format("it comes from another user (uid {}, pid {})", peer->uid, peer->pid);
    const std::vector<pid_t> family = descendants_of(ssh_);
    if (std::ranges::find(family, peer->pid) == family.end())
        return fmt::format("process {} was not started by our ssh", peer->pid);
    return "";
}

asio::awaitable<void> AskSocket::serve(std::shared_ptr<StreamProtocol::socket> client, pid_t asker)
{
    const std::string bytes = co_await read_request(client);
    const auto request = ask_request_from(bytes);
    AskAnswer answer;
    if (request && !token_.empty() && request->token == token_) {
        answer = co_await answerer_(*request, asker);
    } else if (client->is_open()) {
        tell_refused(request ? "it does not know the token of this start" : "it is none that we understand");
        boost::system::error_code ignored;
        client->close(ignored);
    }
    if (client->is_open()) {
        const std::string_view text = answer.secret ? answer.secret->text() : std::string_view();
        const char reply = static_cast<char>(answer.reply);
        const std::array parts{asio::buffer(&reply, 1), asio::buffer(text)};
        co_await asio::async_write(*client, parts, no_throw);
    }
    boost::system::error_code ignored;
    client->close(ignored);
    std::erase(clients_, client);
}

/// Until its end, or as long as we wait for it.
asio::awaitable<std::string> AskSocket::read_request(std::shared_ptr<StreamProtocol::socket> client)
{
    asio::steady_timer limit(executor_, time_to_ask);
    limit.async_wait([client](const boost::system::error_code& error) {
        boost::system::error_code ignored;
        if (!error)
            client->close(ignored);
    });
    std::string bytes;
    std::array<char, 4096> part;
    while (bytes.size() <= longest_ask_request) {
        const auto [error, size] = co_await client->async_read_some(asio::buffer(part), no_throw);
        bytes.append(part.data(), size);
        if (error)
            break;
    }
    limit.cancel();
    co_return bytes;
}

}  // namespace autossh
