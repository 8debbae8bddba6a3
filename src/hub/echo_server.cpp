#include "autossh/hub/echo_server.hpp"

#include "autossh/hub/peer_account.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <sys/resource.h>

namespace autossh {

namespace {

/// Half of what the process may open: its tunnels need the rest.
std::size_t most_connections()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return ConnectionLimits::most_of_all;
    constexpr rlim_t least = 16;
    return static_cast<std::size_t>(
        std::clamp<rlim_t>(limit.rlim_cur / 2, least, ConnectionLimits::most_of_all));
}

bool is_listening(const std::vector<std::unique_ptr<EchoListener>>& listeners, const HubPlace& place)
{
    return std::ranges::any_of(listeners,
                               [&](const auto& one) { return one->place() == place && one->is_there(); });
}

}  // namespace

EchoServer::EchoServer(const Executor& executor, OnBeat on_beat, OnTurnedAway on_turned_away)
    : executor_(executor), on_beat_(std::move(on_beat)),
      on_turned_away_(std::move(on_turned_away)), host_{[this](EchoClient& client, const Beat& beat) {
                                                            on_beat_(beat, client.account());
                                                        },
                                                        [this](EchoClient& client) { has_ended(client); }},
      limits_(most_connections()), alarm_(executor, [this] { end_old(); })
{}

std::vector<HubObstacle> EchoServer::prepare(const std::vector<HubPlace>& places)
{
    std::vector<HubObstacle> obstacles;
    prepared_.clear();
    for (const HubPlace& place : places) {
        if (is_listening(listeners_, place))
            continue;
        auto opened =
            EchoListener::open(executor_, place, [this](StreamSocket socket) { take(std::move(socket)); });
        if (auto* const listener = std::get_if<std::unique_ptr<EchoListener>>(&opened))
            prepared_.push_back(std::move(*listener));
        else
            obstacles.push_back({place, std::get<std::string>(opened)});
    }
    if (!obstacles.empty())
        prepared_.clear();
    return obstacles;
}

void EchoServer::listen(const std::vector<HubPlace>& places)
{
    std::erase_if(listeners_, [&](const auto& listener) {
        return std::ranges::find(places, listener->place()) == places.end() || !listener->is_there();
    });
    for (std::unique_ptr<EchoListener>& listener : std::exchange(prepared_, {})) {
        listener->begin();
        listeners_.push_back(std::move(listener));
    }
}

bool EchoServer::is_whole() const
{
    return std::ranges::all_of(listeners_, [](const auto& listener) { return listener->is_there(); });
}

std::vector<std::string> EchoServer::places() const
{
    std::vector<std::string> places;
    for (const auto& listener : listeners_)
        places.push_back(in_words(listener->place()));
    return places;
}

void EchoServer::take(StreamSocket socket)
{
    const auto account = account_of_peer(socket.native_handle());
    const ConnectionLimits::Verdict verdict = limits_.enter(account);
    if (verdict != ConnectionLimits::Verdict::welcome) {
        const auto whose = limits_.who_gives_way(verdict, account);
        ++turned_away_;
        on_turned_away_(whose, verdict);
        end_one_of(whose);
        if (limits_.enter(account) != ConnectionLimits::Verdict::welcome)
            return;
    }
    EchoClient& client =
        clients_.emplace_back(std::move(socket), account, Clock::now() + EchoClient::patience, host_);
    client.begin();
    renew_alarm();
}

/// The oldest that waits for nothing of ours: a test takes a moment, and who only holds connections must not
/// cost others of his account theirs.
void EchoServer::end_one_of(std::optional<uid_t> account)
{
    EchoClient* oldest = nullptr;
    for (EchoClient& client : clients_) {
        if (client.has_ended() || client.account() != account)
            continue;
        if (oldest == nullptr)
            oldest = &client;
        if (client.is_idle()) {
            oldest = &client;
            break;
        }
    }
    if (oldest != nullptr)
        oldest->end();
}

void EchoServer::has_ended(EchoClient& client)
{
    limits_.leave(client.account());
    strange_ += client.is_strange() ? 1 : 0;
    if (!std::exchange(is_to_remove_, true))
        boost::asio::post(executor_, lifetime_.guarded([this] { remove_ended(); }));
}

void EchoServer::remove_ended()
{
    is_to_remove_ = false;
    clients_.remove_if([](const EchoClient& client) { return client.has_ended(); });
    if (!clients_.empty())
        return;
    alarm_.cancel();
    is_timed_ = false;
}

void EchoServer::renew_alarm()
{
    if (!is_timed_ && !clients_.empty()) {
        is_timed_ = true;
        alarm_.set(clients_.front().ends_at());
    }
}

void EchoServer::end_old()
{
    is_timed_ = false;
    const Time now = Clock::now();
    for (EchoClient& client : clients_)
        if (client.ends_at() <= now)
            client.end();
    const auto next = std::ranges::find_if(clients_, [](const EchoClient& one) { return !one.has_ended(); });
    if (next == clients_.end())
        return;
    is_timed_ = true;
    alarm_.set(next->ends_at());
}

}  // namespace autossh
