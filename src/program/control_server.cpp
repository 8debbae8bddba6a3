#include "autossh/program/control_server.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/process_tree.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr Duration between_complaints = std::chrono::seconds(10);

std::string in_words(const std::optional<Peer>& peer)
{
    if (!peer)
        return "a client";
    const std::string name = printable(name_of_process(peer->pid));
    return fmt::format("{} (pid {}, uid {})", name.empty() ? "a client" : name, peer->pid, peer->uid);
}

}  // namespace

ControlServer::ControlServer(Clients clients, ControlTarget& target, Log& log)
    : kind_(clients), target_(target), log_(log)
{}

void ControlServer::take(StreamSocket socket)
{
    const auto peer = peer_of_socket(socket.native_handle());
    const std::string who = in_words(peer);
    const bool is_own_user = peer && (peer->uid == ::geteuid() || peer->uid == 0);
    const bool may_come = kind_ == Clients::observers || is_own_user || !system_tells_peers();
    if (!may_come)
        return turn_away(socket, who, {ErrorCode::not_permitted, "this socket is for its own user and root"});
    if (clients_.size() >= most_clients)
        return turn_away(socket, who,
                         {ErrorCode::busy, fmt::format("there are {} clients already", most_clients)});
    clients_
        .emplace_back(
            std::move(socket), target_, ControlAsker{who, kind_ == Clients::observers},
            [this](ControlClient& client, const std::string& reason) { client_has_ended(client, reason); })
        .begin();
}

void ControlServer::turn_away(StreamSocket& socket, const std::string& who, const ControlError& error)
{
    const std::string answer = error_answer("null", error);
    static_cast<void>(
        ::send(socket.native_handle(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    complain(who, error.text);
}

void ControlServer::client_has_ended(ControlClient& client, const std::string& reason)
{
    boost::asio::post(client.executor(), lifetime_.guarded([this] { remove_ended(); }));
    if (!reason.empty())
        complain(client.asker().words, reason);
}

void ControlServer::remove_ended()
{
    clients_.remove_if([](const ControlClient& client) { return client.has_ended(); });
}

void ControlServer::complain(const std::string& who, const std::string& reason)
{
    const Time now = Clock::now();
    if (now < next_complaint_)
        return;
    next_complaint_ = now + between_complaints;
    log_.write(Level::warning, "control: {} is turned away: {}", who, reason);
}

void ControlServer::tell(const TunnelLabel& tunnel, const StateEvent& event)
{
    for (ControlClient& client : clients_)
        client.tell(tunnel, event);
}

void ControlServer::tell(const TunnelLabel& tunnel, std::string_view log_line)
{
    for (ControlClient& client : clients_)
        client.tell(tunnel, log_line);
}

}  // namespace autossh
