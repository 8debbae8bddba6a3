#include "autossh/login/ask_socket.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/random.hpp"
#include "autossh/base/time.hpp"
#include "autossh/login/askpass_program.hpp"
#include "autossh/system/process_stat.hpp"
#include "autossh/system/process_tree.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <boost/asio/buffer.hpp>
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

}  // namespace

AskDesk::AskDesk(AskSocket& socket, Log& log, Answerer answerer)
    : socket_(socket), log_(log), answerer_(std::move(answerer))
{
    socket_.desks_.push_back(this);
}

AskDesk::~AskDesk()
{
    ssh_has_ended();
    std::erase(socket_.desks_, this);
}

const std::string& AskDesk::expect()
{
    ssh_has_ended();
    refused_ = 0;
    token_ = random_token();
    return token_;
}

void AskDesk::ssh_has_ended()
{
    token_.clear();
    ssh_ = 0;
    boost::system::error_code ignored;
    for (const auto& client : std::exchange(clients_, {}))
        client->close(ignored);
}

/// Somebody who asks all the time must not fill the log.
void AskDesk::tell_refused(std::string_view reason)
{
    if (++refused_ <= most_told)
        log_.write(Level::warning, "a question for a secret was refused: {}", reason);
    if (refused_ == most_told)
        log_.write(Level::warning, "others like it will not be told until ssh is started again");
}

AskSocket::AskSocket(const Executor& executor)
    : executor_(executor), listener_(executor, [this](StreamSocket client) { take(std::move(client)); })
{}

bool AskSocket::listen(const std::string& directory)
{
    std::string path = fmt::format("{}/{}", directory, ask_socket_name);
    if (path == path_ && is_there())
        return true;
    path_ = std::move(path);
    return listener_.listen(path_);
}

void AskSocket::take(StreamSocket client)
{
    const auto peer = peer_of_socket(client.native_handle());
    const int error = errno;
    AskDesk* const desk = desk_of(peer);
    const std::string reason = reason_to_refuse(peer, error, desk);
    if (!reason.empty()) {
        refuse(desk, reason);
        return;
    }
    // The askpass program, which waits for us and so is there, was started by it.
    const pid_t asker = peer ? parent_of_asker(peer->pid).value_or(0) : 0;
    std::vector<AskDesk::Client>& clients = desk != nullptr ? desk->clients_ : unknown_;
    clients.push_back(std::make_shared<StreamSocket>(std::move(client)));
    spawn_coroutine(executor_, serve(clients.back(), asker, desk));
}

/// The askpass program hides its memory, and may not be seen then.
std::optional<pid_t> AskSocket::parent_of_asker(pid_t process) const
{
    std::optional<pid_t> parent = parent_of(process);
    for (const AskDesk* desk : desks_)
        if (!parent && desk->ssh() != 0)
            parent = parent_below(desk->ssh(), process);
    return parent;
}

/// That of the ssh which `peer` descends from. Null: of none, or the system does not tell.
AskDesk* AskSocket::desk_of(const std::optional<Peer>& peer) const
{
    constexpr int deepest = 64;
    pid_t process = peer ? peer->pid : 0;
    for (int i = 0; i < deepest && process > 1; ++i) {
        const auto desk = std::ranges::find(desks_, process, &AskDesk::ssh);
        if (desk != desks_.end())
            return *desk;
        process = parent_of_asker(process).value_or(0);
    }
    return nullptr;
}

AskDesk* AskSocket::desk_with(std::string_view token) const
{
    const auto desk = std::ranges::find_if(
        desks_, [&](const AskDesk* one) { return !token.empty() && one->token_ == token; });
    return desk != desks_.end() ? *desk : nullptr;
}

bool AskSocket::some_ssh_runs() const
{
    return std::ranges::any_of(desks_, [](const AskDesk* desk) { return desk->ssh() != 0; });
}

/// `error`: why there is no peer. Empty: it may ask.
std::string AskSocket::reason_to_refuse(const std::optional<Peer>& peer, int error, const AskDesk* desk) const
{
    if (!some_ssh_runs())
        return "no ssh runs";
    if ((desk != nullptr ? desk->clients_ : unknown_).size() >= most_clients)
        return "too many at a time";
    if (!system_tells_peers())
        return "";
    if (!peer)
        return fmt::format("the system does not tell who asks ({})", std::generic_category().message(error));
    if (peer->uid != ::geteuid())
        return fmt::format("it comes from another user (uid {}, pid {})", peer->uid, peer->pid);
    return desk != nullptr ? "" : fmt::format("process {} was not started by our ssh", peer->pid);
}

/// Of nobody's question the first tunnel tells.
void AskSocket::refuse(AskDesk* desk, std::string_view reason) const
{
    if (desk == nullptr && !desks_.empty())
        desk = desks_.front();
    if (desk != nullptr)
        desk->tell_refused(reason);
}

Awaitable<void> AskSocket::serve(AskDesk::Client client, pid_t asker, AskDesk* desk)
{
    const std::string bytes = co_await read_request(client);
    const auto request = ask_request_from(bytes);
    AskDesk* const known = request && client->is_open() ? desk_with(request->token) : nullptr;
    AskAnswer answer;
    if (known != nullptr && (desk == nullptr || desk == known)) {
        answer = co_await known->answerer_(*request, asker);
    } else if (client->is_open()) {
        refuse(desk, request ? "it does not know the token of this start" : "it is none that we understand");
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
    forget(client);
}

void AskSocket::forget(const AskDesk::Client& client)
{
    std::erase(unknown_, client);
    for (AskDesk* const desk : desks_)
        std::erase(desk->clients_, client);
}

/// Until its end, or as long as we wait for it.
Awaitable<std::string> AskSocket::read_request(AskDesk::Client client)
{
    Timer limit(executor_, time_to_ask);
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
